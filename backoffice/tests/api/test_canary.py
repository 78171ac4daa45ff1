"""What belongs to one party never shows to another: in no list, row, filter, search or order of rows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from backoffice.tests.api.world import Party, client_of, draft, party
from orders.services.placing import order_place

pytestmark = pytest.mark.django_db

LISTS = ["api-product", "api-stock", "api-order", "api-order-line", "api-payment", "api-invoice"]
CANARY = "Zwetschge"


@pytest.fixture
def alpha():
    return party("Alpha")


@pytest.fixture
def other():
    return party(CANARY)


@pytest.fixture
def shared(alpha, other):
    """An order of somebody else with goods of both sellers."""
    order = draft(f"{CANARY}-shared", UserFactory(), (alpha.variant, 1), (other.variant, 5))
    return order_place(order=order)[0]


def keys_of(other: Party) -> dict[str, object]:
    """Return the other party's row behind each endpoint."""
    return {
        "api-product": other.variant.product_id,
        "api-stock": other.stock.pk,
        "api-order": other.order.number,
        "api-order-line": other.order.lines.get().pk,
        "api-payment": other.payment.pk,
        "api-invoice": other.invoice.pk,
    }


def parameters(name: str, other: Party, shared) -> list[dict[str, str]]:
    """Return every filter, filled with what is the other's."""
    words = [CANARY, CANARY.lower(), f"{CANARY}-SKU", f"{CANARY}-BAR", f"{CANARY} thing", f"{CANARY}-track"]
    mail = [f"{CANARY.lower()}@orders.example", f"{CANARY.lower()}@customers.example"]
    searches = [{"search": text} for text in [*words, *mail, f"{CANARY} buyer", other.order.number]]
    return {
        "api-product": [
            *searches,
            {"seller": other.seller.code},
            {"sku": f"{CANARY}-SKU"},
            {"brand": f"{CANARY} brand"},
        ],
        "api-stock": [*searches, {"sku": f"{CANARY}-SKU"}],
        "api-order": searches,
        "api-order-line": [
            {"order": other.order.number},
            {"sku": f"{CANARY}-SKU"},
            {"seller": other.seller.code},
            {"order": shared.number, "sku": f"{CANARY}-SKU"},
        ],
    }.get(name, [])


def test_a_seller_never_meets_the_other_seller(alpha, other, shared):
    client = client_of(alpha.user)
    keys = keys_of(other)

    for name in LISTS:
        page = client.get(reverse(f"{name}-list"), {"page_size": 200})
        assert page.status_code in {200, 403}
        assert CANARY.lower() not in page.content.decode().lower(), name
        row = client.get(reverse(f"{name}-detail", args=[keys[name]]))
        assert row.status_code in {404, 403}, name
        assert CANARY.lower() not in row.content.decode().lower(), name
        for query in parameters(name, other, shared):
            found = client.get(reverse(f"{name}-list"), query)
            assert (found.status_code, found.json()["results"]) == (200, []), (name, query)


def test_a_seller_sees_the_own_part_of_a_shared_order(alpha, other, shared):
    client = client_of(alpha.user)

    page = client.get(reverse("api-order-detail", args=[shared.number]))

    assert page.status_code == 200
    assert [line["sku"] for line in page.json()["lines"]] == ["Alpha-SKU"]
    assert CANARY.lower() not in page.content.decode().lower()
    assert not {"total", "email", "customer", "billing_address", "shipping_address"} & set(page.json())
    lines = client.get(reverse("api-order-line-list"), {"order": shared.number}).json()["results"]
    assert [line["sku"] for line in lines] == ["Alpha-SKU"]


@pytest.mark.parametrize(
    "query",
    [{"email": "x"}, {"external_reference": "x"}, {"channel": "staff"}, {"updated_after": "2026-01-01T00:00:00Z"}],
)
def test_a_seller_cannot_filter_by_what_a_seller_does_not_see(alpha, shared, query):
    response = client_of(alpha.user).get(reverse("api-order-list"), query)

    assert response.status_code == 400
    assert "There is no parameter" in response.json()[next(iter(query))][0]


@pytest.mark.parametrize("ordering", ["total", "-total", "email", "customer__email", "lines__sku", "updated"])
def test_a_seller_cannot_order_by_what_a_seller_does_not_see(alpha, shared, ordering):
    response = client_of(alpha.user).get(reverse("api-order-list"), {"ordering": ordering})

    assert response.status_code == 400
    assert response.json() == {"ordering": [f"This list cannot be ordered by “{ordering.lstrip('-')}”, only by id."]}


def test_a_seller_cannot_move_any_order(alpha, other, shared):
    client = client_of(alpha.user)

    for order in (alpha.order, other.order, shared):
        for name in ("place", "cancel", "ship"):
            assert client.post(reverse(f"api-order-{name}", args=[order.number])).status_code == 403
        order.refresh_from_db()
        assert order.status == "open"


def test_a_customer_never_meets_another(alpha, other, shared):
    client = client_of(alpha.customer)
    keys = keys_of(other)

    for name in ("api-order", "api-invoice"):
        assert CANARY.lower() not in client.get(reverse(f"{name}-list")).content.decode().lower()
        assert client.get(reverse(f"{name}-detail", args=[keys[name]])).status_code == 404
    for query in parameters("api-order", other, shared):
        assert client.get(reverse("api-order-list"), query).json()["results"] == [], query
    assert client.get(reverse("api-invoice-list"), {"order": other.order.number}).json()["results"] == []
    assert client.get(reverse("api-invoice-list"), {"number": other.invoice.number}).json()["results"] == []


def test_a_customer_does_not_see_notes_among_staff_nor_drafts(alpha):
    client = client_of(alpha.customer)
    begun = draft("Alpha", alpha.customer, (alpha.variant, 1))

    page = client.get(reverse("api-order-detail", args=[alpha.order.number]))

    assert [note["text"] for note in page.json()["notes"]] == ["Alpha note for the customer"]
    assert client.get(reverse("api-order-detail", args=[begun.number])).status_code == 404
    assert begun.number not in client.get(reverse("api-order-list")).content.decode()


def test_the_catalogue_tells_nothing_that_is_the_shops_own(alpha, other, shared):
    for client in (client_of(), client_of(alpha.user), client_of(alpha.customer)):
        pages = [
            client.get(reverse("api-catalogue-product-list")),
            client.get(reverse("api-catalogue-product-detail", args=[other.variant.product_id])),
        ]
        for page in pages:
            text = page.content.decode()
            assert page.status_code == 200
            for secret in ("3.21", "cost", "BAR", "allocated", "on_hand", "-draft", "tax_class", "status"):
                assert secret not in text, secret
        draft_page = client.get(reverse("api-catalogue-product-detail", args=[other.unpublished.product_id]))
        assert draft_page.status_code == 404
        for query in ({"search": f"{CANARY}-draft"}, {"brand": f"{CANARY}-draft brand"}):
            assert client.get(reverse("api-catalogue-product-list"), query).json()["results"] == []

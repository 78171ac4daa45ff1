"""The cart over the API: a guest's by the session, a customer's by the log-in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import SellerStatus
from accounts.tests.factories import SellerUserFactory, StaffFactory, UserFactory
from backoffice.kernel.jobs.models import Job
from cart.models import Cart, CartLine
from cart.services.rows import QUANTITY_MAX
from cart.tests.factories import contents
from orders.tests.factories import stocked_variant
from products.states import ProductStatus
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug():
    return VariantFactory(sku="MUG", title="Blue", product__name="Mug")


@pytest.fixture
def client() -> APIClient:
    return APIClient()


def add(client: APIClient, variant, quantity: int = 1):
    return client.post(reverse("api-cart-lines"), {"variant": variant.pk, "quantity": quantity})


def cart_of(client: APIClient) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in client.get(reverse("api-cart")).json()["lines"]}


def line_url(sku: str) -> str:
    return reverse("api-cart-line", args=[CartLine.objects.get(variant__sku=sku).pk])


def test_looking_makes_no_cart_and_no_session(client):
    answer = client.get(reverse("api-cart"))

    assert answer.status_code == 200
    assert answer.json() == {"currency": "EUR", "prices_include_tax": True, "subtotal": "0.00", "lines": []}
    assert "sessionid" not in client.cookies
    assert Cart.objects.count() == 0


def test_what_finds_no_cart_makes_none(client, mug):
    missing = reverse("api-cart-line", args=[1])

    assert client.patch(missing, {"quantity": 1}).status_code == 404
    assert client.delete(missing).status_code == 404
    assert client.post(reverse("api-cart-lines"), {"variant": mug.pk + 1}).status_code == 400
    assert "sessionid" not in client.cookies
    assert Cart.objects.count() == 0


def test_a_guest_fills_a_cart(client, mug):
    answer = add(client, mug, 2)

    assert answer.status_code == 201
    assert answer.json() == {
        "currency": "EUR",
        "prices_include_tax": True,
        "subtotal": "20.00",
        "lines": [
            {
                "id": CartLine.objects.get().pk,
                "variant": mug.pk,
                "sku": "MUG",
                "product": mug.product_id,
                "name": "Mug",
                "title": "Blue",
                "quantity": 2,
                "shown_price": "10.00",
                "unit_price": "10.00",
                "total": "20.00",
                "available": True,
            }
        ],
    }
    assert cart_of(client) == {"MUG": 2}
    assert cart_of(APIClient()) == {}


def test_the_names_of_carts_and_sessions_stay_inside(client, mug):
    answer = add(client, mug)

    cart = Cart.objects.get()
    assert cart.session_id not in answer.content.decode()
    assert cart.session_id != client.cookies["sessionid"].value


def test_what_a_guest_does_names_the_request_in_history(client, mug):
    from backoffice.kernel.history.context import audit

    with audit(source=""):
        add(client, mug)

    row = Cart.history.first()
    assert (row.history_user_id, row.history_job_id is not None) == (None, True)
    assert Job.objects.filter(pk=row.history_job_id).exists()


def test_what_a_customer_does_names_the_customer_in_history(client, mug):
    user = UserFactory()
    client.force_login(user)

    add(client, mug)

    assert set(CartLine.history.values_list("history_user_id", flat=True)) == {user.pk}


def test_quantities_are_changed_and_lines_taken_out(client, mug):
    add(client, mug)

    answer = client.patch(line_url("MUG"), {"quantity": 5})
    assert (answer.status_code, answer.json()["lines"][0]["quantity"]) == (200, 5)

    answer = client.delete(line_url("MUG"))
    assert (answer.status_code, answer.json()["lines"]) == (200, [])


@pytest.mark.parametrize("quantity", [0, -1, QUANTITY_MAX + 1, "many", None, 1.5, 10**30])
def test_quantities_that_make_no_sense_are_refused(client, mug, quantity):
    add(client, mug)

    assert client.patch(line_url("MUG"), {"quantity": quantity}).status_code == 400
    assert client.post(reverse("api-cart-lines"), {"variant": mug.pk, "quantity": quantity}).status_code == 400
    assert cart_of(client) == {"MUG": 1}


def test_adding_beyond_the_cap_is_refused_in_plain_words(client, mug):
    add(client, mug, QUANTITY_MAX)

    answer = add(client, mug)

    assert answer.status_code == 409
    assert answer.json() == {
        "detail": "A cart holds at most 10,000 pieces of one kind.",
        "code": "cart_refused",
        "field": "quantity",
    }


@pytest.mark.parametrize(
    "values",
    [
        {"is_active": False},
        {"product__status": ProductStatus.DRAFT},
        {"product__seller__status": SellerStatus.SUSPENDED},
    ],
)
def test_what_is_not_in_the_catalogue_does_not_exist(client, values):
    variant = VariantFactory(sku="SECRET", **values)

    hidden = add(client, variant)
    missing = client.post(reverse("api-cart-lines"), {"variant": variant.pk + 1_000})

    assert (hidden.status_code, hidden.json()) == (400, {"variant": ["There is no such thing in the catalogue."]})
    assert hidden.json() == missing.json()
    assert Cart.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"variant": "x"}, {"variant": None}, {"variant": 0}, {"variant": 2**70}, []])
def test_malformed_requests_are_refused(client, body):
    assert client.post(reverse("api-cart-lines"), body, format="json").status_code == 400


def test_prices_owners_and_states_cannot_be_sent(client, mug):
    other = UserFactory()
    forged = {
        "variant": mug.pk,
        "quantity": 1,
        "unit_price": "0.01",
        "shown_price": "0.01",
        "price": "0.01",
        "customer": other.pk,
        "session_id": "stolen",
        "status": "converted",
        "order": 1,
        "cart": 999,
    }
    client.post(reverse("api-cart-lines"), forged)
    client.patch(line_url("MUG"), {**forged, "quantity": 2})

    line = CartLine.objects.select_related("cart").get()
    assert (line.unit_price, line.quantity) == (Decimal("10.00"), 2)
    assert (line.cart.customer, line.cart.status, line.cart.order) == (None, "open", None)
    assert line.cart.session_id != "stolen"


def test_lines_of_others_do_not_exist(client, mug):
    add(client, mug)
    url = line_url("MUG")
    thief, customer = APIClient(), APIClient()
    add(thief, VariantFactory())
    customer.force_login(UserFactory())

    for other in (thief, customer, APIClient()):
        assert other.patch(url, {"quantity": 9}).status_code == 404
        assert other.delete(url).status_code == 404
    assert cart_of(client) == {"MUG": 1}


@pytest.mark.parametrize("make", [StaffFactory, SellerUserFactory])
def test_staff_and_sellers_have_no_cart(client, make, mug):
    client.force_login(make())

    for answer in (client.get(reverse("api-cart")), add(client, mug), client.post(reverse("api-checkout"))):
        assert answer.status_code == 403
        assert "Carts are for customers" in answer.json()["detail"]
    assert Cart.objects.count() == 0


def test_forged_requests_are_refused_for_guests_and_customers(mug):
    for user in (None, UserFactory()):
        client = APIClient(enforce_csrf_checks=True)
        if user is not None:
            client.force_login(user)
        assert add(client, mug).status_code == 403
        token = client.get(reverse("api-session")).json()["csrf_token"]
        answer = client.post(reverse("api-cart-lines"), {"variant": mug.pk}, HTTP_X_CSRFTOKEN=token)
        assert answer.status_code == 201


def test_at_log_in_the_guests_cart_becomes_the_customers(client, mug):
    user = UserFactory()
    elsewhere = APIClient()
    elsewhere.force_login(user)
    add(elsewhere, mug, 1)
    add(client, mug, 2)

    answer = client.post(reverse("api-session"), {"email": user.email, "password": "correct horse"})

    assert answer.status_code == 200
    assert cart_of(client) == cart_of(elsewhere) == {"MUG": 3}
    assert contents(Cart.objects.get(customer=user)) == {"MUG": 3}
    client.delete(reverse("api-session"))
    assert cart_of(client) == {}


def test_what_went_off_sale_is_shown_as_such_and_not_counted(client, mug):
    add(client, mug, 2)
    add(client, VariantFactory(sku="CUP"))
    mug.is_active = False
    mug.save()

    answer = client.get(reverse("api-cart")).json()

    assert {line["sku"]: line["available"] for line in answer["lines"]} == {"MUG": False, "CUP": True}
    assert answer["subtotal"] == "10.00"


def test_queries_do_not_grow_with_the_lines(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("api-cart")).status_code == 200
        return len(captured)

    variants = [stocked_variant() for _ in range(50)]
    add(client, variants[0])
    one = queries()
    for variant in variants[1:]:
        add(client, variant)

    assert queries() == one
    assert len(cart_of(client)) == 50

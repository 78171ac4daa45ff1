"""Checkout over the API."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from cart.models import Cart
from orders.models import Order
from orders.tests.factories import ADDRESS, customer_with_profile, stocked_variant
from products.models import Stock

pytestmark = pytest.mark.django_db

URL = "api-checkout"
BODY = {"email": "Guest@Example.com", "shipping_address": ADDRESS}


@pytest.fixture
def mug():
    return stocked_variant(on_hand=5, name="Mug")


@pytest.fixture
def client(mug) -> APIClient:
    """A guest with two mugs in the cart."""
    client = APIClient()
    client.post(reverse("api-cart-lines"), {"variant": mug.pk, "quantity": 2})
    return client


def order(client: APIClient, body=None, key: str = "k"):
    return client.post(reverse(URL), BODY if body is None else body, HTTP_IDEMPOTENCY_KEY=key)


def test_a_guest_orders_once(client, mug):
    first = order(client)
    again = order(client)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    placed = Order.objects.get()
    body = first.json()
    assert (body["number"], body["total"], body["email"]) == (placed.number, "20.00", "guest@example.com")
    assert (body["status"], body["payment_status"]) == ("open", "unpaid")
    assert body["billing_address"] == body["shipping_address"] == ADDRESS
    assert [(line["sku"], line["quantity"]) for line in body["lines"]] == [(mug.sku, 2)]
    assert Stock.objects.get().allocated == 2
    assert client.get(reverse("api-cart")).json()["lines"] == []


def test_a_customer_orders_and_finds_the_order(mug):
    client = APIClient()
    user = customer_with_profile()
    client.force_login(user)
    client.post(reverse("api-cart-lines"), {"variant": mug.pk})

    answer = order(client, {})

    assert answer.status_code == 201
    assert answer.json()["email"] == user.email
    found = client.get(reverse("api-order-detail", args=[answer.json()["number"]]))
    assert (found.status_code, found.json()["total"]) == (200, "10.00")
    assert set(Order.history.values_list("history_user_id", flat=True)) == {user.pk}


def test_history_of_a_guests_order_names_the_requests_job(client):
    order(client)

    rows = Order.history.all()
    assert {row.history_user_id for row in rows} == {None}
    assert None not in {row.history_job_id for row in rows}


@pytest.mark.parametrize("key", ["", "   ", "x" * 201])
def test_a_key_is_needed(client, key):
    answer = order(client, key=key)

    assert answer.status_code == 400
    assert answer.json() == {"Idempotency-Key": ["Send this header with 1 to 200 characters of your choice."]}
    assert Order.objects.count() == 0


def test_a_key_with_another_wish_is_refused(client, mug):
    order(client)
    client.post(reverse("api-cart-lines"), {"variant": mug.pk})

    answer = order(client, {**BODY, "note": "something else"})

    assert (answer.status_code, answer.json()["code"]) == (409, "key_used_before")
    assert Order.objects.count() == 1


def test_keys_of_others_lead_nowhere(client, mug):
    order(client)
    thief = APIClient()
    thief.post(reverse("api-cart-lines"), {"variant": mug.pk})

    answer = order(thief)

    assert answer.status_code == 201
    assert Order.objects.count() == 2


def test_a_price_that_changed_is_told_and_accepted(client, mug):
    mug.price = Decimal("11.00")
    mug.save()

    answer = order(client)

    assert answer.status_code == 409
    assert answer.json() == {
        "detail": f"The order now comes to 22.00 EUR. {mug.sku}: 11.00 instead of 10.00.",
        "code": "price_changed",
        "total": "22.00",
        "currency": "EUR",
        "changes": [{"sku": mug.sku, "shown": "10.00", "now": "11.00"}],
    }
    assert Order.objects.count() == 0
    accepted = order(client, {**BODY, "accepted_total": answer.json()["total"]})
    assert (accepted.status_code, accepted.json()["total"]) == (201, "22.00")


def test_too_little_stock_writes_nothing(client, mug):
    line = client.get(reverse("api-cart")).json()["lines"][0]["id"]
    client.patch(reverse("api-cart-line", args=[line]), {"quantity": 6})

    answer = order(client)

    assert answer.status_code == 409
    assert answer.json()["code"] == "out_of_stock"
    assert answer.json()["shortages"] == [{"sku": mug.sku, "wanted": 6, "available": 5}]
    assert Order.objects.count() == Order.history.count() == 0
    assert (Stock.objects.get().allocated, Cart.objects.get().status) == (0, "open")


def test_an_empty_cart_is_refused():
    answer = order(APIClient())

    assert (answer.status_code, answer.json()) == (409, {"detail": "The cart is empty.", "code": "cart_refused"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"shipping_address": ADDRESS}, "email"),
        ({"shipping_address": ADDRESS, "email": "not an address"}, "email"),
        ({"email": "a@example.com"}, "shipping_address"),
        ({"email": "a@example.com", "shipping_address": {"name": "Kim"}}, "shipping_address"),
        ({"email": "a@example.com", "shipping_address": {**ADDRESS, "country": "XX"}}, "shipping_address"),
        ({"email": "a@example.com", "shipping_address": {**ADDRESS, "line1": "x" * 161}}, "shipping_address"),
        ({"email": "a@example.com", "shipping_address": "Musterweg 1"}, "shipping_address"),
        ({**BODY, "language": "xx"}, "language"),
        ({**BODY, "accepted_total": "-1"}, "accepted_total"),
        ({**BODY, "accepted_total": "NaN"}, "accepted_total"),
        ({**BODY, "note": "x" * 2_001}, "note"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(client, body, field):
    answer = order(client, body)

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert Order.objects.count() == 0


def test_what_the_shop_says_cannot_be_sent(client, mug):
    other = UserFactory()
    forged = {
        **BODY,
        "customer": other.pk,
        "channel": "staff",
        "status": "completed",
        "payment_status": "paid",
        "paid_total": "20.00",
        "total": "0.01",
        "discount": "19.99",
        "shipping_price": "-5.00",
        "vat_id": "FR40303265045",
        "currency": "JPY",
        "prices_include_tax": False,
        "number": "O-1",
        "placed_at": "2020-01-01T00:00:00Z",
        "idempotency_key": "mine",
        "lines": [{"variant": mug.pk, "quantity": 1, "unit_price": "0.01"}],
        "seller": 1,
    }

    assert order(client, forged).status_code == 201

    placed = Order.objects.get()
    assert (placed.customer, placed.channel, placed.status) == (None, "storefront", "open")
    assert (placed.payment_status, placed.paid_total, placed.total) == ("unpaid", Decimal("0.00"), Decimal("20.00"))
    assert (placed.discount, placed.shipping_price, placed.vat_id) == (Decimal("0.00"), Decimal("0.00"), "")
    assert (placed.currency, placed.prices_include_tax) == ("EUR", True)
    assert placed.number != "O-1"
    assert placed.idempotency_key.startswith("checkout:")


def test_forged_requests_are_refused(client):
    forger = APIClient(enforce_csrf_checks=True)
    forger.cookies = client.cookies

    assert order(forger).status_code == 403
    assert Order.objects.count() == 0


def test_ordering_is_throttled(client):
    answers = {order(client).status_code for _ in range(31)}

    assert answers == {201, 200, 429}

"""Orders over the API: what staff find, and what they can do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.tests.factories import StaffFactory
from orders.models import Order, Shipment
from orders.tests.factories import draft_order, placed_order, stocked_variant
from products.models import Stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> APIClient:
    user = StaffFactory(email="desk@example.com")
    user.groups.add(Group.objects.get(name="Operations lead"))
    client = APIClient()
    client.force_login(user)
    return client


def numbers(client: APIClient, **query: object) -> list[str]:
    answer = client.get(reverse("api-order-list"), query)
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def call(client: APIClient, name: str, order: Order, body: dict[str, object] | None = None):
    return client.post(reverse(f"api-order-{name}", args=[order.number]), body or {})


def test_a_whole_order(client):
    order = placed_order(email="kim@example.com")

    body = client.get(reverse("api-order-detail", args=[order.number])).json()

    assert (body["status"], body["total"], body["currency"]) == ("open", "20.00", "EUR")
    assert Decimal(body["lines_net"]) + Decimal(body["tax_total"]) + Decimal(body["rounding"]) == Decimal("20.00")
    assert body["shipping_address"]["city"] == "Dresden"
    assert body["customer"]["email"] == order.customer.email
    assert [(line["quantity"], line["allocated"], line["net"]) for line in body["lines"]] == [(2, 2, "16.81")]


def test_an_order_without_any_address(client):
    order = draft_order(billing_address={}, shipping_address={}, customer=None)

    body = client.get(reverse("api-order-detail", args=[order.number])).json()

    assert body["shipping_address"] == dict.fromkeys(
        ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone"), ""
    )


def test_filters_and_search(client):
    one = draft_order(email="kim@example.com", external_reference="EXT-1")
    two = placed_order(email="anna@example.com")

    assert numbers(client) == [two.number, one.number]
    assert numbers(client, status="draft") == [one.number]
    assert numbers(client, status=["draft", "open"]) == [two.number, one.number]
    assert numbers(client, email="Kim@example.com") == [one.number]
    assert numbers(client, external_reference="EXT-1") == [one.number]
    assert numbers(client, search=two.number) == [two.number]
    assert numbers(client, search="anna@") == [two.number]
    assert numbers(client, placed_after="2000-01-01T00:00:00Z") == [two.number]
    assert numbers(client, placed_before="2000-01-01T00:00:00Z") == []
    assert numbers(client, ordering="id") == [one.number, two.number]
    assert client.get(reverse("api-order-list"), {"status": "lost"}).status_code == 400


def test_lines(client):
    order = placed_order()
    line = order.lines.get()

    rows = client.get(reverse("api-order-line-list"), {"order": order.number, "open": "true"}).json()["results"]

    assert [(row["id"], row["order"], row["order_status"]) for row in rows] == [(line.pk, order.number, "open")]
    assert client.get(reverse("api-order-line-list"), {"open": "false"}).json()["results"] == []


def test_place_ship_and_the_history_that_it_leaves(client):
    order = draft_order()

    placed = call(client, "place", order, {"reason": "by telephone"})
    shipped = call(client, "ship", order, {"carrier": "DHL", "tracking_number": "00340"})

    assert (placed.status_code, placed.json()["status"]) == (200, "open")
    assert (shipped.status_code, shipped.json()["fulfilment_status"]) == (200, "shipped")
    assert [(item["carrier"], item["tracking_number"]) for item in shipped.json()["shipments"]] == [("DHL", "00340")]
    assert (Stock.objects.get().on_hand, Stock.objects.get().allocated) == (98, 0)
    row = order.history.filter(status="open").earliest()
    assert (row.history_user.email, row.history_change_reason) == ("desk@example.com", "by telephone")


def test_cancel(client):
    order = placed_order()

    answer = call(client, "cancel", order, {"reason": "changed their mind"})

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert Stock.objects.get().allocated == 0


def test_what_cannot_be_done_is_said_and_nothing_happens(client):
    order = placed_order()
    history = order.history.count()

    again = call(client, "place", order)

    assert again.status_code == 409
    assert again.json() == {
        "detail": f"{order.number} is open; it would have to be draft.",
        "code": "order_refused",
    }
    assert order.history.count() == history


def test_too_little_stock_is_said(client):
    variant = stocked_variant(on_hand=1)
    order = draft_order(lines=[(variant, 2)])

    answer = call(client, "place", order)

    assert answer.status_code == 409
    assert answer.json()["detail"] == f"Not enough stock. {variant.sku}: 2 wanted, 1 available."
    order.refresh_from_db()
    assert order.status == "draft"


def test_what_cannot_be_shipped_leaves_no_parcel_behind(client, monkeypatch):
    order = placed_order()
    call(client, "ship", order)

    answer = call(client, "ship", order)

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_ship")
    assert Shipment.objects.count() == 1


def test_only_the_reason_can_be_sent(client):
    order = draft_order()

    answer = call(
        client, "place", order, {"status": "completed", "total": "0.01", "seller": 1, "payment_status": "paid"}
    )

    assert answer.status_code == 200
    order.refresh_from_db()
    assert (order.status, order.total, order.payment_status) == ("open", Decimal("20.00"), "unpaid")


def test_a_reason_that_is_too_long_is_refused(client):
    order = draft_order()

    assert call(client, "place", order, {"reason": "x" * 201}).status_code == 400
    order.refresh_from_db()
    assert order.status == "draft"


@pytest.mark.parametrize("number", ["O-1", "nonsense", "1"])
def test_orders_that_do_not_exist(client, number):
    assert client.get(reverse("api-order-detail", args=[number])).status_code == 404
    assert client.post(reverse("api-order-place", args=[number])).status_code == 404

"""A person's orders are handed over, and forget the person when that is asked."""

import json

import pytest
from django.db import connection

from accounts.exceptions import ErasureRefused
from accounts.services.privacy import person_data, person_erase
from orders.models import Order
from orders.services.cancelling import order_cancel
from orders.services.completing import order_complete
from orders.services.delivering import shipment_deliver
from orders.services.notes import order_note_add
from orders.services.returns import return_create, return_reject
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import ADDRESS, ReturnReasonFactory, customer_with_profile, draft_order, placed_order

pytestmark = pytest.mark.django_db
CANARY = "Canary9137"
PERSONAL = {
    "email": f"{CANARY}@example.com",
    "billing_address": {**ADDRESS, "name": f"Kim {CANARY}", "line1": f"{CANARY} street"},
    "shipping_address": {**ADDRESS, "name": f"Kim {CANARY}", "phone": CANARY},
    "customer_note": f"For {CANARY}",
    "external_reference": CANARY,
}


def finished_order(customer):
    order = placed_order(customer=customer, **PERSONAL)
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))
    order_note_add(order=order, text=f"{CANARY} called")
    document = return_create(
        order=order, lines=[(order.lines.get(), 1)], reason=ReturnReasonFactory(), note=f"{CANARY} says"
    )
    return_reject(document=document)
    return order_complete(order=Order.objects.get(pk=order.pk))


def everything_written():
    """Return the content of all tables of this app, history too, as text."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("orders_")]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows.append(str(cursor.fetchall()))
    return "".join(rows).lower()


def test_orders_are_handed_over():
    customer = customer_with_profile()
    order = finished_order(customer)
    order_note_add(order=order, text="See you", visible_to_customer=True)
    placed_order()

    orders = json.loads(json.dumps(person_data(user=customer)["orders"]))

    assert [row["number"] for row in orders] == [order.number]
    row = orders[0]
    assert (row["total"], row["notes"], row["lines"][0]["quantity"]) == ("20.00", ["See you"], 2)
    assert row["shipping_address"]["name"] == f"Kim {CANARY}"


def test_orders_forget_the_person_in_history_too():
    customer = customer_with_profile()
    finished = finished_order(customer)
    cancelled = order_cancel(order=placed_order(customer=customer, **PERSONAL))
    draft = draft_order(customer=customer, **PERSONAL)
    other = placed_order()
    assert CANARY.lower() in everything_written()

    person_erase(user=customer, reason="Asked for by letter")

    assert CANARY.lower() not in everything_written()
    finished.refresh_from_db()
    assert (finished.total, finished.buyer_name, finished.shipping_address) == (
        20,
        "erased",
        {"name": "erased", "country": "DE"},
    )
    assert finished.lines.get().quantity == 2
    assert {Order.objects.get(pk=row.pk).status for row in (cancelled, draft)} == {"cancelled"}
    assert Order.objects.get(pk=other.pk).buyer_name == "Kim Example"
    assert_books_tie()
    assert_history_is_true()


def test_open_orders_need_their_address():
    customer = customer_with_profile()
    order = placed_order(customer=customer, **PERSONAL)
    before = snapshot()

    with pytest.raises(ErasureRefused) as refusal:
        person_erase(user=customer, reason="x")

    assert str(refusal.value) == f"Order {order} is still open; complete or cancel it first."
    assert snapshot() == before


def test_unfinished_returns_need_it_too():
    customer = customer_with_profile()
    order = finished_order(customer)
    document = return_create(order=order, lines=[(order.lines.get(), 1)], reason=ReturnReasonFactory())

    with pytest.raises(ErasureRefused) as refusal:
        person_erase(user=customer, reason="x")

    assert str(refusal.value) == f"Return {document} is not finished; complete or reject it first."

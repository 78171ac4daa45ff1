"""Parcels arrive; orders complete when everything is delivered and paid."""

from decimal import Decimal

import pytest

from orders.exceptions import OrderRefused
from orders.services.completing import order_complete
from orders.services.delivering import orders_deliver_bulk, shipment_deliver
from orders.services.payments import order_set_payment
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.states import PaymentStatus
from orders.tests.asserts import assert_history_is_true, snapshot
from orders.tests.factories import placed_order

pytestmark = pytest.mark.django_db
D = Decimal


def test_delivery_ends_the_way_of_an_unpaid_order():
    order = placed_order()
    parcel = shipment_ship(shipment=shipment_create(order=order))

    shipment_deliver(shipment=parcel)

    order.refresh_from_db()
    assert (parcel.status, order.fulfilment_status, order.status) == ("delivered", "delivered", "open")
    assert order.lines.get().delivered == 2
    with pytest.raises(OrderRefused):
        shipment_deliver(shipment=parcel)
    assert_history_is_true()


def test_paid_order_completes_when_it_is_delivered():
    order = placed_order()
    order_set_payment(order=order, paid_total=order.total, payment_status=PaymentStatus.PAID)
    parcel = shipment_ship(shipment=shipment_create(order=order))

    shipment_deliver(shipment=parcel)

    order.refresh_from_db()
    assert order.status == "completed"
    assert order.completed_at is not None
    assert order.history.latest().history_change_reason == "Delivered and paid"
    assert_history_is_true()


def test_delivered_order_completes_when_it_is_paid():
    order = placed_order()
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))

    order_set_payment(order=order, paid_total=D("5.00"), payment_status=PaymentStatus.PARTIALLY_PAID)
    assert order.status == "open"
    order_set_payment(order=order, paid_total=order.total, payment_status=PaymentStatus.PAID)

    assert (order.status, order.paid_total, order.payment_status) == ("completed", D("20.00"), "paid")
    count = order.history.count()
    order_set_payment(order=order, paid_total=order.total, payment_status=PaymentStatus.PAID)
    assert order.history.count() == count
    assert_history_is_true()


def test_complete_by_hand_needs_delivery():
    order = placed_order()
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        order_complete(order=order)

    assert str(refusal.value) == f"Order {order} is not delivered yet."
    assert snapshot() == before
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))
    assert order_complete(order=order, reason="Written off").status == "completed"


def test_nothing_under_way_is_refused_in_bulk():
    order = placed_order()

    outcome = orders_deliver_bulk(order_ids=[order.pk])

    assert outcome.refused == [(order.number, f"No parcel of order {order} is under way.")]

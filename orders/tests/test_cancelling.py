"""Cancelling: what was promised is set free."""

import pytest

from orders.events import orders_cancelled
from orders.exceptions import OrderRefused
from orders.models import Allocation, Order
from orders.services.cancelling import order_cancel, orders_cancel_bulk
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import draft_order, placed_order, stocked_variant
from products.models import Stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def cancelled_news():
    heard = []

    def listen(sender, order_ids, job_id, **kwargs):
        heard.append(order_ids)

    orders_cancelled.connect(listen)
    yield heard
    orders_cancelled.disconnect(listen)


def test_cancelling_releases_and_unpacks(cancelled_news):
    order = placed_order(lines=[(stocked_variant(on_hand=5), 3)])
    parcel = shipment_create(order=order)

    order_cancel(order=order, reason="Customer called")

    parcel.refresh_from_db()
    line = order.lines.get()
    assert (order.status, parcel.status) == ("cancelled", "cancelled")
    assert (line.allocated, line.cancelled) == (0, 3)
    assert order.cancelled_at is not None
    assert not Allocation.objects.exists()
    assert Stock.objects.get().allocated == 0
    assert cancelled_news == [[order.pk]]
    assert order.history.latest().history_change_reason == "Customer called"
    assert_books_tie()
    assert_history_is_true()


def test_draft_can_be_cancelled(cancelled_news):
    order = draft_order()

    order_cancel(order=order)

    assert order.status == "cancelled"
    assert cancelled_news == [[order.pk]]
    assert_history_is_true()


def test_nothing_that_left_can_be_cancelled(cancelled_news):
    order = placed_order(lines=[(stocked_variant(), 3)])
    line = order.lines.get()
    shipment_ship(shipment=shipment_create(order=order, lines=[(line, 1)]))
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        order_cancel(order=order)

    assert str(refusal.value) == f"Goods of order {order} have left already; take them back with a return."
    assert snapshot() == before
    assert cancelled_news == []


def test_cancelling_twice_is_refused():
    order = order_cancel(order=placed_order())
    before = snapshot()

    with pytest.raises(OrderRefused):
        order_cancel(order=order)

    assert snapshot() == before


def test_bulk_cancels_what_it_can(cancelled_news):
    orders = [placed_order(lines=[(stocked_variant(), 1)]) for _ in range(3)]
    shipment_ship(shipment=shipment_create(order=orders[1]))

    outcome = orders_cancel_bulk(order_ids=[order.pk for order in orders])

    assert outcome.done == [orders[0].pk, orders[2].pk]
    assert [name for name, _ in outcome.refused] == [orders[1].number]
    assert cancelled_news == [[orders[0].pk, orders[2].pk]]
    assert Order.objects.get(pk=orders[1].pk).status == "open"
    assert_books_tie()
    assert_history_is_true()


def test_many_are_cancelled_set_based(nobody_listens, django_assert_max_num_queries):
    variant = stocked_variant(on_hand=1000)
    orders = [placed_order(lines=[(variant, 1)]) for _ in range(30)]

    with django_assert_max_num_queries(45):
        orders_cancel_bulk(order_ids=[order.pk for order in orders])

    assert Stock.objects.get().allocated == 0
    assert_books_tie()
    assert_history_is_true()

"""Returns: announced, received, inspected, restocked or written off."""

import pytest

from orders.events import returns_completed
from orders.exceptions import NothingToReturn, OrderRefused
from orders.services.delivering import shipment_deliver
from orders.services.returns import (
    return_approve,
    return_complete,
    return_create,
    return_inspect,
    return_receive,
    return_reject,
)
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import ReturnReasonFactory, placed_order, stocked_variant
from products.models import Location, MovementReason, Stock, StockMovement
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db


def delivered_order(*counts):
    order = placed_order(lines=[(stocked_variant(on_hand=10), count) for count in counts or (3,)])
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))
    order.refresh_from_db()
    return order


def received(order, *counts):
    lines = list(zip(order.lines.all(), counts, strict=True))
    document = return_create(order=order, lines=lines, reason=ReturnReasonFactory())
    return return_receive(document=return_approve(document=document))


@pytest.fixture
def news():
    heard = []

    def listen(sender, return_ids, order_ids, job_id, **kwargs):
        heard.append((return_ids, order_ids))

    returns_completed.connect(listen)
    yield heard
    returns_completed.disconnect(listen)


def test_inspected_goods_go_back_into_stock(news):
    order = delivered_order(3, 2)
    document = received(order, 2, 2)
    assert list(Stock.objects.order_by("pk").values_list("on_hand", flat=True)) == [7, 8]
    good, broken = document.lines.all()

    return_inspect(document=document, restock={good.pk: True, broken.pk: False})
    return_complete(document=document)

    order.refresh_from_db()
    assert (document.status, order.fulfilment_status) == ("completed", "partially_returned")
    assert list(order.lines.values_list("returned", flat=True)) == [2, 2]
    assert list(Stock.objects.order_by("pk").values_list("on_hand", flat=True)) == [9, 8]
    movement = StockMovement.objects.get(reason=MovementReason.RETURN)
    assert (movement.quantity, movement.reference) == (2, document.number)
    assert news == [([document.pk], [order.pk])]
    assert_books_tie()
    assert_history_is_true()


def test_everything_back_is_returned():
    order = delivered_order(3)
    document = received(order, 3)
    return_inspect(document=document, restock={document.lines.get().pk: False})
    return_complete(document=document)

    order.refresh_from_db()
    assert order.fulfilment_status == "returned"


def test_goods_can_be_put_elsewhere():
    order = delivered_order(3)
    document = received(order, 1)
    return_inspect(document=document, restock={document.lines.get().pk: True})
    outlet = LocationFactory(code="outlet", name="Outlet")

    return_complete(document=document, location=outlet)

    assert Stock.objects.get(location=outlet).on_hand == 1
    assert_books_tie()


def test_nowhere_to_put_is_refused(news):
    order = delivered_order(3)
    document = received(order, 1)
    return_inspect(document=document, restock={document.lines.get().pk: True})
    Location.objects.update(is_active=False)
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        return_complete(document=document)

    assert refusal.value.field == "location"
    assert snapshot() == before
    assert news == []


def test_uninspected_goods_do_not_complete(news):
    document = received(delivered_order(3), 1)
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        return_complete(document=document)

    assert str(refusal.value) == f"Return {document}: say for each line whether it goes back into stock."
    assert snapshot() == before
    assert news == []


def test_completing_twice_is_refused():
    document = received(delivered_order(3), 1)
    return_inspect(document=document, restock={document.lines.get().pk: True})
    return_complete(document=document)
    before = snapshot()

    with pytest.raises(OrderRefused):
        return_complete(document=document)
    with pytest.raises(OrderRefused):
        return_inspect(document=document, restock={document.lines.get().pk: False})

    assert snapshot() == before


def test_rejected_return_sets_the_pieces_free():
    order = delivered_order(3)
    line = order.lines.get()
    document = return_create(order=order, lines=[(line, 3)], reason=ReturnReasonFactory())
    with pytest.raises(NothingToReturn):
        return_create(order=order, lines=[(line, 1)], reason=ReturnReasonFactory())

    return_reject(document=document, reason="Too late")

    assert document.status == "rejected"
    assert document.history.latest().history_change_reason == "Too late"
    assert return_create(order=order, lines=[(line, 3)], reason=ReturnReasonFactory()).lines.get().quantity == 3
    assert_history_is_true()


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (4, "{sku}: 4 cannot come back, 3 are with the customer."),
        (-1, "{sku}: -1 cannot come back, 3 are with the customer."),
        (0, "Choose what comes back of order {order}."),
    ],
)
def test_impossible_counts_are_refused(count, message):
    order = delivered_order(3)
    line = order.lines.get()
    before = snapshot()

    with pytest.raises(NothingToReturn) as refusal:
        return_create(order=order, lines=[(line, count)], reason=ReturnReasonFactory())

    assert str(refusal.value) == message.format(sku=line.sku, order=order)
    assert snapshot() == before


def test_what_is_not_delivered_cannot_come_back():
    order = placed_order()

    with pytest.raises(NothingToReturn):
        return_create(order=order, lines=[(order.lines.get(), 1)], reason=ReturnReasonFactory())


def test_lines_of_others_are_refused():
    order, other = delivered_order(3), delivered_order(3)
    document = received(order, 1)

    with pytest.raises(OrderRefused):
        return_create(order=order, lines=[(other.lines.get(), 1)], reason=ReturnReasonFactory())
    with pytest.raises(OrderRefused):
        return_inspect(document=document, restock={received(other, 1).lines.get().pk: True})

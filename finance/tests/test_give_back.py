"""Returned goods and cancelled orders promise the right money back."""

from decimal import Decimal

import pytest

from finance.models import Payment, Refund
from finance.return_value import lines_charged, return_value
from finance.services.events import payment_settle
from finance.services.give_back import refunds_create_for_returns
from finance.states import PaymentState
from orders.models import Order, Return
from orders.services.cancelling import order_cancel
from orders.services.delivering import shipment_deliver
from orders.services.returns import (
    return_approve,
    return_complete,
    return_create,
    return_inspect,
    return_receive,
)
from orders.services.shipping import orders_ship_bulk
from orders.tests.factories import ReturnReasonFactory, placed_order, stocked_variant

pytestmark = pytest.mark.django_db


def delivered(order: Order) -> Order:
    orders_ship_bulk(order_ids=[order.pk])
    for shipment in order.shipments.all():
        shipment_deliver(shipment=shipment)
    order.refresh_from_db()
    return order


def send_back(order: Order, *pieces: int) -> Return:
    """Send back so many pieces of each line, in the lines' order, and complete the return."""
    chosen = [(line, count) for line, count in zip(order.lines.all(), pieces, strict=True) if count]
    document = return_create(order=order, lines=chosen, reason=ReturnReasonFactory())
    return_approve(document=document)
    return_receive(document=document)
    return_inspect(document=document, restock=dict.fromkeys(document.lines.values_list("pk", flat=True), True))
    return_complete(document=document)
    document.refresh_from_db()
    return document


@pytest.fixture
def order() -> Order:
    """Three pieces at 33.33 with 19 %, one at 10.00 with 7 %, 5.00 off, 4.90 for shipping."""
    return placed_order(
        lines=[(stocked_variant(price="33.33"), 3), (stocked_variant(price="10.00", rate="7.00"), 1)],
        discount=Decimal("5.00"),
        shipping_price=Decimal("4.90"),
    )


def test_the_lines_cost_the_total_less_shipping(order):
    charged = lines_charged(order)

    assert order.total == Decimal("109.89")
    assert sum(charged.values()) == Decimal("104.99")
    assert sorted(charged.values()) == [Decimal("9.55"), Decimal("95.44")]


def test_returns_of_single_pieces_add_up_to_the_line(order):
    payment_settle(payment=Payment.objects.get())
    delivered(order)

    values = [return_value(send_back(order, 1, 0)) for _ in range(3)]

    assert values == [Decimal("31.81"), Decimal("31.82"), Decimal("31.81")]
    assert sum(values) == Decimal("95.44")
    assert sorted(Refund.objects.values_list("amount", flat=True)) == sorted(values)


def test_a_return_promises_its_value_back(order):
    payment_settle(payment=Payment.objects.get())
    delivered(order)

    document = send_back(order, 3, 1)

    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.document) == (Decimal("104.99"), "pending", document)
    assert refund.reason == f"Return {document}"


def test_a_return_is_refunded_once(order):
    payment_settle(payment=Payment.objects.get())
    delivered(order)
    document = send_back(order, 1, 0)

    assert refunds_create_for_returns(return_ids=[document.pk]) == []
    assert Refund.objects.count() == 1


def test_goods_that_come_back_unpaid_are_not_waited_for(order):
    payment = Payment.objects.get()
    delivered(order)

    send_back(order, 1, 0)

    payment.refresh_from_db()
    assert Refund.objects.count() == 0
    assert (payment.status, payment.amount) == ("pending", Decimal("78.08"))
    assert payment.events.last().kind == "expect_less"
    assert payment.events.last().amount == Decimal("31.81")


def test_a_part_that_came_settles_when_the_rest_is_returned(order):
    payment = Payment.objects.get()
    payment_settle(payment=payment, amount=Decimal("14.45"))
    delivered(order)

    send_back(order, 3, 0)

    payment.refresh_from_db()
    assert (payment.status, payment.amount, payment.captured_amount) == ("paid", Decimal("14.45"), Decimal("14.45"))


def test_a_payment_is_cancelled_when_everything_came_back():
    order = placed_order(lines=[(stocked_variant(price="10.00"), 1)])
    delivered(order)

    send_back(order, 1)

    assert Payment.objects.get().status == PaymentState.CANCELLED


def test_part_of_the_money_of_a_cancelled_order_goes_back_too(order):
    payment = Payment.objects.get()
    payment_settle(payment=payment, amount=Decimal("30.00"))

    order_cancel(order=order, reason="Changed mind")

    payment.refresh_from_db()
    assert (payment.status, payment.amount) == ("paid", Decimal("30.00"))
    assert Refund.objects.get().amount == Decimal("30.00")


def test_a_cancelled_order_gets_its_money_back(order):
    payment = Payment.objects.get()
    payment_settle(payment=payment)

    order_cancel(order=order, reason="Changed mind")

    refund = Refund.objects.get()
    payment.refresh_from_db()
    assert (refund.payment, refund.amount, refund.status) == (payment, Decimal("109.89"), "pending")
    assert payment.status == PaymentState.PAID

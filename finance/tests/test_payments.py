"""Placed orders expect their money, once, by the customer's terms."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from finance.exceptions import PaymentRefused
from finance.models import MethodKind, Payment, PaymentEvent
from finance.services.events import payment_record_event
from finance.services.payments import payment_add, payment_create_for_order, payments_create_for_orders
from finance.states import PaymentState
from finance.tests.factories import PaymentMethodFactory, pending_payment
from orders.services.cancelling import order_cancel
from orders.states import PaymentStatus
from orders.tests.factories import customer_with_profile, placed_order, stocked_variant

pytestmark = pytest.mark.django_db

QUERIES = {"sqlite": 17, "postgresql": 16}


@time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False)
def test_placing_an_order_expects_its_total():
    PaymentMethodFactory()

    order = placed_order(lines=[(stocked_variant(price="79.20"), 1)])

    payment = Payment.objects.get()
    assert (payment.order, payment.amount, payment.currency) == (order, Decimal("79.20"), "EUR")
    assert (payment.status, payment.captured_amount, payment.method.code) == ("pending", Decimal("0.00"), "transfer")
    assert payment.due_on == dt.date(2026, 3, 16)
    event = PaymentEvent.objects.get()
    assert (event.kind, event.source_status, event.target_status) == ("created", "", "pending")
    assert event.amount == Decimal("79.20")


@time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False)
@pytest.mark.parametrize(("terms", "due_on"), [(30, dt.date(2026, 4, 1)), (0, dt.date(2026, 3, 2))])
def test_the_customers_own_terms_come_before_the_shops(terms, due_on):

    payment = pending_payment(customer=customer_with_profile(payment_terms_days=terms))

    assert payment.due_on == due_on


@time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False)
def test_a_card_payment_is_due_at_once():
    PaymentMethodFactory(code="card", name="Card", kind=MethodKind.CARD)

    assert pending_payment(customer=customer_with_profile(payment_terms_days=30)).due_on == dt.date(2026, 3, 2)


def test_expecting_twice_makes_one_payment():
    payment = pending_payment()

    assert payments_create_for_orders(order_ids=[payment.order_id]) == []
    assert payment_create_for_order(order=payment.order) == payment
    assert Payment.objects.count() == 1
    assert PaymentEvent.objects.count() == 1


def test_a_shop_without_methods_gets_the_bank_transfer():
    assert pending_payment().method.name == "Bank transfer"


def test_an_order_that_costs_nothing_is_paid_and_expects_nothing():
    order = placed_order(lines=[(stocked_variant(price="0.00"), 1)])

    order.refresh_from_db()
    assert Payment.objects.count() == 0
    assert (order.total, order.payment_status) == (Decimal("0.00"), PaymentStatus.PAID)


def test_instalments_stay_within_the_total():
    order = placed_order(lines=[(stocked_variant(price="100.00"), 1)])
    first = Payment.objects.get()

    with pytest.raises(PaymentRefused, match=r"101\.00 EUR would be expected"):
        payment_add(order=order, amount=Decimal("1.00"), method=first.method)

    assert Payment.objects.count() == 1


def test_cancelling_an_order_cancels_what_it_expected():
    payment = pending_payment()

    order_cancel(order=payment.order, reason="Changed mind")

    payment.refresh_from_db()
    assert payment.status == PaymentState.CANCELLED
    assert list(payment.events.values_list("kind", "reason")) == [
        ("created", ""),
        ("cancel", "The order was cancelled"),
    ]


@pytest.mark.parametrize("count", [2, 12])
def test_many_orders_cost_as_many_queries_as_few(count, django_assert_num_queries):
    PaymentMethodFactory()
    variant = stocked_variant(on_hand=100)
    ids = [placed_order(lines=[(variant, 1)]).pk for _ in range(count)]
    for payment in Payment.objects.all():
        payment_record_event(payment=payment, kind="cancel")

    with django_assert_num_queries(QUERIES[connection.vendor]):
        made = payments_create_for_orders(order_ids=ids)

    assert len(made) == count
    assert PaymentEvent.objects.filter(kind="created").count() == 2 * count

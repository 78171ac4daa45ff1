"""Money goes back, never more than came."""

from decimal import Decimal

import pytest

from backoffice.kernel.states.machine import TransitionRefused
from finance.exceptions import PaymentRefused, RefundRefused
from finance.models import Payment, PaymentEvent, Refund
from finance.selectors import payment_refundable
from finance.services.closing import payment_close_short
from finance.services.events import payment_record_event, payment_settle
from finance.services.refunds import dispute_lose, refund_create, refund_fail, refund_succeed
from finance.states import PaymentState, RefundState
from finance.tests.factories import pending_payment, settled_payment
from orders.states import PaymentStatus
from orders.tests.factories import stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    return settled_payment(lines=[(stocked_variant(price="100.00"), 1)])


def refund_of(payment: Payment, amount: str, **kwargs) -> Refund:
    return refund_create(payment=payment, amount=Decimal(amount), reason="Arrived broken", **kwargs)


def test_a_promise_changes_nothing_but_what_is_left(payment):
    refund = refund_of(payment, "30.00")

    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (refund.status, refund.amount) == (RefundState.PENDING, Decimal("30.00"))
    assert (payment.status, payment.refunded_amount) == (PaymentState.PAID, Decimal("0.00"))
    assert payment_refundable(payment) == Decimal("70.00")
    assert payment.order.paid_total == Decimal("100.00")
    assert PaymentEvent.objects.last().kind == "refund_requested"


def test_a_refund_that_went_out_moves_payment_and_order(payment):
    refund_succeed(refund=refund_of(payment, "30.00"), reference="r-1")

    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.status, payment.refunded_amount) == (PaymentState.PARTIALLY_REFUNDED, Decimal("30.00"))
    assert (payment.order.paid_total, payment.order.payment_status) == (
        Decimal("70.00"),
        PaymentStatus.PARTIALLY_REFUNDED,
    )
    event = PaymentEvent.objects.last()
    assert (event.kind, event.amount, event.reference) == ("refund_part", Decimal("30.00"), "r-1")
    assert event.reason == "Arrived broken"


def test_the_last_cent_refunds_the_payment(payment):
    refund_succeed(refund=refund_of(payment, "30.00"))
    refund_succeed(refund=refund_of(payment, "70.00"))

    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.status, payment.refunded_amount) == (PaymentState.REFUNDED, Decimal("100.00"))
    assert (payment.order.paid_total, payment.order.payment_status) == (Decimal("0.00"), PaymentStatus.REFUNDED)


@pytest.mark.parametrize("amount", ["100.01", "0.00", "-5.00"])
def test_an_impossible_amount_is_refused(payment, amount):
    with pytest.raises(RefundRefused):
        refund_of(payment, amount)

    assert Refund.objects.count() == 0
    assert list(payment.events.values_list("kind", flat=True)) == ["created", "settle"]


def test_waiting_refunds_count_against_the_limit(payment):
    refund_of(payment, "60.00")

    with pytest.raises(RefundRefused, match=r"40\.01 EUR cannot be given back: 40\.00 EUR are left"):
        refund_of(payment, "40.01")

    assert Refund.objects.count() == 1


def test_a_failed_refund_frees_its_amount(payment):
    refund_fail(refund=refund_of(payment, "100.00"), reason="Account closed")

    refund = refund_of(payment, "100.00")

    assert refund.status == RefundState.PENDING
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_amount) == (PaymentState.PAID, Decimal("0.00"))


def test_money_that_is_not_settled_is_not_given_back():
    payment = pending_payment(lines=[(stocked_variant(price="100.00"), 1)])
    payment_settle(payment=payment, amount=Decimal("40.00"))

    with pytest.raises(RefundRefused, match="is pending; there is no settled money"):
        refund_of(payment, "10.00")


def test_a_refund_needs_a_reason(payment):
    with pytest.raises(RefundRefused, match="Say why"):
        refund_create(payment=payment, amount=Decimal("1.00"), reason=" ")


def test_one_key_makes_one_refund(payment):
    first = refund_of(payment, "10.00", idempotency_key="click-1")

    assert refund_of(payment, "10.00", idempotency_key="click-1") == first
    assert Refund.objects.count() == 1


def test_paying_out_twice_with_one_reference_changes_nothing(payment):
    refund = refund_of(payment, "30.00")
    refund_succeed(refund=refund, reference="r-1")
    events = PaymentEvent.objects.count()

    refund_succeed(refund=refund, reference="r-1")

    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("30.00")
    assert PaymentEvent.objects.count() == events


def test_paying_out_twice_without_a_reference_is_refused(payment):
    refund = refund_of(payment, "30.00")
    refund_succeed(refund=refund)

    with pytest.raises(TransitionRefused, match="is paid out"):
        refund_succeed(refund=refund)

    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("30.00")


def test_a_reference_of_another_event_is_refused(payment):
    other = settled_payment()
    payment_reference = "bank-7"
    refund_succeed(refund=refund_of(other, "1.00"), reference=payment_reference)
    refund = refund_of(payment, "30.00")

    with pytest.raises(RefundRefused, match="Reference bank-7 stands for another event already"):
        refund_succeed(refund=refund, reference=payment_reference)

    refund.refresh_from_db()
    assert refund.status == RefundState.PENDING


def test_a_disputed_payment_is_not_refunded_meanwhile(payment):
    refund = refund_of(payment, "30.00")
    payment_record_event(payment=payment, kind="dispute")

    with pytest.raises(RefundRefused, match="is disputed; wait for the outcome"):
        refund_succeed(refund=refund)

    dispute_lose(payment=payment)
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.status == RefundState.FAILED
    assert (payment.status, payment.refunded_amount) == (PaymentState.REFUNDED, Decimal("100.00"))
    assert sorted(Refund.objects.values_list("status", "amount")) == [
        ("failed", Decimal("30.00")),
        ("succeeded", Decimal("100.00")),
    ]


def test_a_payment_is_closed_at_what_came():
    payment = pending_payment(lines=[(stocked_variant(price="100.00"), 1)])
    with pytest.raises(PaymentRefused, match="Nothing was received"):
        payment_close_short(payment=payment, reason="Too long ago")
    payment_settle(payment=payment, amount=Decimal("99.50"))
    with pytest.raises(PaymentRefused, match="Say why"):
        payment_close_short(payment=payment, reason="")

    payment_close_short(payment=payment, reason="Bank fee")

    payment.order.refresh_from_db()
    assert (payment.status, payment.amount, payment.captured_amount) == ("paid", Decimal("99.50"), Decimal("99.50"))
    assert payment.order.payment_status == PaymentStatus.PARTIALLY_PAID
    assert refund_of(payment, "99.50").status == RefundState.PENDING

"""Money events move payments, once each, and leave a row in the audit."""

from decimal import Decimal

import pytest

from backoffice.kernel.history.context import audit
from backoffice.kernel.states.machine import TransitionRefused
from finance.events import payments_settled
from finance.exceptions import PaymentRefused
from finance.models import Payment, PaymentEvent, Refund
from finance.services.events import payment_record_event, payment_settle
from finance.services.refunds import dispute_lose
from finance.states import PaymentState
from finance.tests.factories import pending_payment, settled_payment
from orders.states import PaymentStatus
from orders.tests.factories import stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    return pending_payment(lines=[(stocked_variant(price="50.00"), 2)])


@pytest.fixture
def news():
    heard = []

    def hear(**kwargs):
        heard.append((kwargs["payment_ids"], kwargs["order_ids"]))

    payments_settled.connect(hear)
    yield heard
    payments_settled.disconnect(hear)


def kinds(payment: Payment) -> list[str]:
    return list(payment.events.values_list("kind", flat=True))


def test_settling_captures_everything_and_pays_the_order(payment, news):
    outcome = payment_settle(payment=payment, reference="bank-4711", reason="Statement 12", origin="bank statement")

    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert outcome.applied is True
    assert (payment.status, payment.captured_amount) == (PaymentState.PAID, Decimal("100.00"))
    assert payment.settled_at == outcome.event.at
    assert (payment.order.paid_total, payment.order.payment_status) == (Decimal("100.00"), PaymentStatus.PAID)
    event = outcome.event
    assert (event.kind, event.source_status, event.target_status) == ("settle", "pending", "paid")
    assert (event.amount, event.reference) == (Decimal("100.00"), "bank-4711")
    assert (event.reason, event.origin) == ("Statement 12", "bank statement")
    assert payment.history.first().history_change_reason == "Statement 12"
    assert news == [([payment.pk], [payment.order_id])]


def test_the_same_event_twice_changes_nothing_and_says_so(payment, news):
    first = payment_settle(payment=payment, reference="bank-4711")
    rows = payment.history.count()

    second = payment_settle(payment=payment, reference="bank-4711")

    assert second.applied is False
    assert second.event == first.event
    assert "was recorded before" in second.message
    assert second.message.endswith("nothing changed.")
    assert payment.history.count() == rows
    assert kinds(payment) == ["created", "settle"]
    assert len(news) == 1


def test_a_reference_stands_for_one_event_only(payment):
    other = pending_payment()
    payment_settle(payment=payment, reference="bank-1")

    with pytest.raises(PaymentRefused, match="Reference bank-1 stands for another event already"):
        payment_settle(payment=other, reference="bank-1")
    with pytest.raises(PaymentRefused, match="Reference bank-1 stands for another event already"):
        payment_record_event(payment=payment, kind="dispute", reference="bank-1")

    other.refresh_from_db()
    assert other.status == PaymentState.PENDING
    assert kinds(other) == ["created"]


def test_part_captures_settle_with_the_last_part(payment, news):
    payment_settle(payment=payment, amount=Decimal("30.00"), reference="a")

    payment.order.refresh_from_db()
    assert (payment.status, payment.captured_amount) == (PaymentState.PENDING, Decimal("30.00"))
    assert (payment.order.paid_total, payment.order.payment_status) == (
        Decimal("30.00"),
        PaymentStatus.PARTIALLY_PAID,
    )
    assert news == []

    payment_settle(payment=payment, amount=Decimal("70.00"), reference="b")

    payment.order.refresh_from_db()
    assert (payment.status, payment.captured_amount) == (PaymentState.PAID, Decimal("100.00"))
    assert payment.order.payment_status == PaymentStatus.PAID
    assert list(payment.events.values_list("kind", "amount", "source_status", "target_status")) == [
        ("created", Decimal("100.00"), "", "pending"),
        ("capture", Decimal("30.00"), "pending", "pending"),
        ("settle", Decimal("70.00"), "pending", "paid"),
    ]
    assert len(news) == 1


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "100.01"])
def test_an_amount_that_does_not_fit_changes_nothing(payment, amount):
    with pytest.raises(PaymentRefused, match="does not fit"):
        payment_settle(payment=payment, amount=Decimal(amount))

    payment.refresh_from_db()
    assert (payment.status, payment.captured_amount) == (PaymentState.PENDING, Decimal("0.00"))
    assert kinds(payment) == ["created"]


def test_an_authorised_payment_authorises_its_order(payment):
    payment_record_event(payment=payment, kind="authorise", reference="auth-1")

    payment.order.refresh_from_db()
    assert payment.status == PaymentState.AUTHORISED
    assert (payment.order.payment_status, payment.order.paid_total) == (PaymentStatus.AUTHORISED, Decimal("0.00"))


@pytest.mark.parametrize("kind", ["fail", "cancel"])
def test_a_payment_whose_money_came_in_part_neither_fails_nor_is_cancelled(payment, kind):
    payment_settle(payment=payment, amount=Decimal("30.00"))

    with pytest.raises(PaymentRefused, match=r"30\.00 EUR of this payment were received"):
        payment_record_event(payment=payment, kind=kind)

    payment.refresh_from_db()
    assert payment.status == PaymentState.PENDING


def test_a_failed_payment_can_be_tried_again(payment):
    payment_record_event(payment=payment, kind="fail", reason="Card expired")
    payment_record_event(payment=payment, kind="retry")
    payment_settle(payment=payment)

    assert kinds(payment) == ["created", "fail", "retry", "settle"]
    assert payment.status == PaymentState.PAID


def test_settling_twice_without_a_reference_is_refused():
    payment = settled_payment()

    with pytest.raises(TransitionRefused, match="is paid; it would have to be authorised or pending"):
        payment_settle(payment=payment)

    assert kinds(payment) == ["created", "settle"]


def test_taking_a_settlement_back_opens_the_order_again():
    payment = settled_payment()

    payment_record_event(payment=payment, kind="unsettle", reason="Matched to the wrong order")

    payment.order.refresh_from_db()
    assert (payment.status, payment.captured_amount, payment.settled_at) == (
        PaymentState.PENDING,
        Decimal("0.00"),
        None,
    )
    assert (payment.order.payment_status, payment.order.paid_total) == (PaymentStatus.UNPAID, Decimal("0.00"))
    assert payment.events.last().amount == Decimal("20.00")


def test_a_lost_dispute_is_a_refund_of_all_that_is_left():
    payment = settled_payment()
    payment_record_event(payment=payment, kind="dispute", reference="cb-1")

    dispute_lose(payment=payment, reference="cb-2")

    payment.refresh_from_db()
    payment.order.refresh_from_db()
    refund = Refund.objects.get()
    assert (payment.status, payment.refunded_amount) == (PaymentState.REFUNDED, Decimal("20.00"))
    assert (refund.amount, refund.status) == (Decimal("20.00"), "succeeded")
    assert (payment.order.payment_status, payment.order.paid_total) == (PaymentStatus.REFUNDED, Decimal("0.00"))
    assert kinds(payment) == ["created", "settle", "dispute", "dispute_lost"]


def test_a_dispute_that_was_won_leaves_the_payment_paid():
    payment = settled_payment()
    payment_record_event(payment=payment, kind="dispute")
    payment_record_event(payment=payment, kind="dispute_won")

    assert payment.status == PaymentState.PAID


@pytest.mark.parametrize("kind", ["refund", "refund_part", "dispute_lost", "burn"])
def test_what_is_no_money_event_is_refused(payment, kind):
    with pytest.raises(PaymentRefused, match="is no money event"):
        payment_record_event(payment=payment, kind=kind)


def test_each_event_names_the_person_who_answers_for_it(payment):
    from accounts.tests.factories import StaffFactory

    clerk = StaffFactory()
    with audit(user=clerk, reason="Seen on the statement"):
        event = payment_settle(payment=payment).event

    assert (event.user, event.reason, event.origin) == (clerk, "Seen on the statement", "tests")
    assert PaymentEvent.objects.filter(user__isnull=True, job__isnull=True).count() == 0
    row = payment.history.first()
    assert (row.history_user, row.history_change_reason) == (clerk, "Seen on the statement")

"""Closed days take no postings; soft locks can be lifted, hard ones stay."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from finance.exceptions import FinanceRefused, PeriodClosed
from finance.models import PaymentEvent, PeriodLock
from finance.services.events import payment_settle
from finance.services.periods import period_close, period_harden, period_lift, period_require_open
from finance.services.refunds import refund_create, refund_succeed
from finance.tests.factories import pending_payment, settled_payment

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 2, 1), dt.date(2026, 2, 28)


@pytest.fixture(autouse=True)
def second_of_march():
    with time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False):
        yield


def close(**kwargs) -> PeriodLock:
    return period_close(date_from=FIRST, date_to=LAST, **kwargs)


def test_a_closed_day_is_refused_with_the_reason_why():
    close()

    with pytest.raises(PeriodClosed, match=r"2026-02-28 lies in the period 2026-02-01 – 2026-02-28, which is closed\."):
        period_require_open(on=LAST)
    period_require_open(on=dt.date(2026, 3, 1))
    period_require_open(on=dt.date(2026, 1, 31))


def test_money_events_stay_out_of_closed_days():
    payment = pending_payment()
    refund = refund_create(payment=settled_payment(), amount=1, reason="Broken")
    events = PaymentEvent.objects.count()
    with time_machine.travel(dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC), tick=False):
        period_close(date_from=dt.date(2026, 3, 1), date_to=dt.date(2026, 3, 2))

    with pytest.raises(PeriodClosed):
        payment_settle(payment=payment)
    with pytest.raises(PeriodClosed):
        refund_succeed(refund=refund)

    payment.refresh_from_db()
    refund.refresh_from_db()
    assert (payment.status, refund.status) == ("pending", "pending")
    assert PaymentEvent.objects.count() == events


def test_lifting_is_logged_and_needs_a_reason():
    clerk = StaffFactory()
    with audit(user=clerk):
        lock = close(reason="February is done")
    assert lock.locked_by == clerk

    with pytest.raises(FinanceRefused, match="Say why"):
        period_lift(lock=lock, reason=" ")
    with audit(user=clerk):
        period_lift(lock=lock, reason="A late supplier invoice")

    period_require_open(on=LAST)
    lock.refresh_from_db()
    newest = lock.history.first()
    assert lock.lifted_at == dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    assert (newest.history_user, newest.history_change_reason) == (clerk, "A late supplier invoice")


def test_a_lifted_lock_is_lifted_once():
    lock = close()
    period_lift(lock=lock, reason="Late")

    with pytest.raises(FinanceRefused, match="is open already"):
        period_lift(lock=lock, reason="Late")
    with pytest.raises(FinanceRefused, match="was lifted"):
        period_harden(lock=lock)


def test_a_hard_lock_is_for_ever():
    lock = period_harden(lock=close())

    with pytest.raises(FinanceRefused, match="is closed for ever"):
        period_lift(lock=lock, reason="Please")
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodLock.objects.filter(pk=lock.pk).update(lifted_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))

    with pytest.raises(PeriodClosed, match="closed for ever"):
        period_require_open(on=FIRST)


def test_only_days_that_are_over_are_closed():
    with pytest.raises(FinanceRefused, match="2026-03-02 is not over yet"):
        period_close(date_from=FIRST, date_to=dt.date(2026, 3, 2))
    with pytest.raises(FinanceRefused, match="lies after the last"):
        period_close(date_from=LAST, date_to=FIRST)

    assert PeriodLock.objects.count() == 0

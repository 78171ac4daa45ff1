"""Invoices that are not paid by their due date become overdue, and paid ones do not."""

import datetime as dt

import pytest
import time_machine

from finance.models import Payment
from finance.services.events import payment_settle
from invoices.services.standing import invoices_mark_overdue
from invoices.tests.factories import issued_invoice, paid_invoice

pytestmark = pytest.mark.django_db


@time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False)
def test_only_late_and_unpaid_ones():
    late, paid = issued_invoice(), paid_invoice()
    assert late.due_on == dt.date(2026, 3, 16)

    assert invoices_mark_overdue(on=dt.date(2026, 3, 16)) == []
    assert invoices_mark_overdue(on=dt.date(2026, 3, 17)) == [late.pk]
    assert invoices_mark_overdue(on=dt.date(2026, 3, 18)) == []

    late.refresh_from_db()
    paid.refresh_from_db()
    assert (late.status, paid.status) == ("overdue", "paid")
    assert late.history.first().history_change_reason == "Not paid by 2026-03-16"

    payment_settle(payment=Payment.objects.get(order=late.order))
    late.refresh_from_db()
    assert late.status == "paid"

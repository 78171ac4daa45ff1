"""Sixteen clerks issue at once, one in ten changes their mind: no number is doubled, none is missing."""

import contextlib
import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from backoffice.kernel.history.context import audit
from finance.models import EventChain, Payment, PaymentEvent
from finance.selectors import payment_chain_findings
from finance.services.events import payment_settle
from invoices.models import Invoice, Series
from invoices.selectors.chain import invoice_chain_findings
from invoices.services.drafts import invoice_draft_for_order
from invoices.services.issuing import invoice_issue
from invoices.tests.factories import IssuerFactory
from orders.tests.factories import placed_order, stocked_variant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

CLERKS = 16


class ChangedMindError(Exception):
    """Aborts a transaction after the number was taken."""


def together(work) -> None:
    """Run ``work(clerk)`` for all clerks at the same time; the first error fails the test."""
    barrier, errors = threading.Barrier(CLERKS), []

    def run(clerk: int) -> None:
        try:
            barrier.wait(timeout=60)
            with audit(source=f"clerk {clerk}"):
                work(clerk)
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(clerk,)) for clerk in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert errors == []


def test_numbers_stay_contiguous_under_aborts():
    IssuerFactory()
    variant = stocked_variant(on_hand=1000)
    drafts = [invoice_draft_for_order(order=placed_order(lines=[(variant, 1)])).pk for _ in range(CLERKS * 20)]
    aborted: Counter[str] = Counter()

    def issue(clerk: int) -> None:
        for turn, pk in enumerate(drafts[clerk::CLERKS]):
            if (clerk + turn) % 10 == 0:
                with contextlib.suppress(ChangedMindError), transaction.atomic():
                    invoice_issue(invoice=Invoice.objects.get(pk=pk))
                    aborted["times"] += 1
                    raise ChangedMindError
            invoice_issue(invoice=Invoice.objects.get(pk=pk))

    together(issue)

    series = Series.objects.get()
    serials = list(Invoice.objects.order_by("serial").values_list("serial", flat=True))
    assert aborted["times"] == 32
    assert serials == list(range(1, CLERKS * 20 + 1))
    assert series.counter == CLERKS * 20
    assert list(invoice_chain_findings()) == []
    dates = list(Invoice.objects.order_by("serial").values_list("issued_on", flat=True))
    assert dates == sorted(dates)


def test_one_draft_is_issued_once_by_all():
    IssuerFactory()
    draft = invoice_draft_for_order(order=placed_order())
    outcomes: Counter[str] = Counter()

    def issue(clerk: int) -> None:
        try:
            invoice_issue(invoice=Invoice.objects.get(pk=draft.pk))
            outcomes["issued"] += 1
        except Exception as error:  # noqa: BLE001 - counted by its name
            outcomes[type(error).__name__] += 1

    together(issue)

    assert outcomes == {"issued": 1, "TransitionRefused": CLERKS - 1}
    assert Series.objects.get().counter == 1


def test_one_order_gets_one_draft():
    IssuerFactory()
    order = placed_order()
    drafts = set()

    def draft(clerk: int) -> None:
        drafts.add(invoice_draft_for_order(order=order).pk)

    together(draft)

    assert len(drafts) == Invoice.objects.count() == 1


def test_payments_of_many_orders_settle_into_one_chain_and_one_series():
    IssuerFactory(policy="on_payment")
    variant = stocked_variant(on_hand=1000)
    for _ in range(CLERKS * 2):
        placed_order(lines=[(variant, 1)])
    payments = list(Payment.objects.order_by("pk").values_list("pk", flat=True))
    applied: Counter[bool] = Counter()

    def settle(clerk: int) -> None:
        # Each event arrives at two clerks, as a provider's retries do.
        for pk in payments[clerk // 2 :: CLERKS // 2]:
            outcome = payment_settle(payment=Payment.objects.get(pk=pk), reference=f"provider-{pk}")
            applied[outcome.applied] += 1

    together(settle)

    assert applied == {True: len(payments), False: len(payments)}
    assert list(payment_chain_findings()) == []
    assert EventChain.objects.get().length == PaymentEvent.objects.count() == 2 * len(payments)
    assert sorted(Invoice.objects.values_list("serial", flat=True)) == list(range(1, len(payments) + 1))
    assert list(invoice_chain_findings()) == []

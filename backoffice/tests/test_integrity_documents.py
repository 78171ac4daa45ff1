"""Gaps, edits and excess credits of documents are found."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from backoffice.kernel.immutable import guards, guards_remove
from backoffice.tests.breaking import change, copy, delete, execute, found, relax
from finance.models import EventChain, PaymentEvent
from finance.tests.factories import pending_payment, settled_payment
from invoices.models import Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown
from invoices.services.credit_notes import credit_note_issue
from invoices.tests.factories import issued_invoice

pytestmark = pytest.mark.usefixtures("breakable")

PARTS = (InvoiceLine, InvoiceAdjustment, TaxBreakdown)


@pytest.fixture
def three() -> list[Invoice]:
    return [issued_invoice() for _ in range(3)]


# Numbers -----------------------------------------------------------------------


def test_a_number_that_is_missing(three: list[Invoice]):
    relax(Invoice, *PARTS)
    delete(three[1])

    assert found(5) == [(f"invoice {three[2].number}", "Number 2 is missing before it.")]


def test_several_numbers_that_are_missing(three: list[Invoice]):
    relax(Invoice, *PARTS)
    delete(three[0])
    delete(three[1])

    assert found(5) == [(f"invoice {three[2].number}", "Numbers 1 to 2 are missing before it.")]


def test_a_number_that_is_taken_twice(three: list[Invoice]):
    relax(Invoice, *PARTS)
    change(three[2], serial=2)

    series = three[0].series
    assert found(5) == [
        (f"invoice {three[2].number}", "Number 2 of its series is taken twice."),
        (f"series {series}", "The counter says 3, the last number is 2."),
    ]


def test_a_counter_that_ran_ahead(three: list[Invoice]):
    change(three[0].series, counter=4)

    assert found(5) == [(f"series {three[0].series}", "The counter says 4, the last number is 3.")]


def test_a_date_before_the_one_ahead_of_it(three: list[Invoice]):
    relax(Invoice, *PARTS)
    day = three[1].issued_on - dt.timedelta(days=1)
    change(three[1], issued_on=day)

    assert found(5) == [
        (f"invoice {three[1].number}", f"It is dated {day}, before the one ahead of it ({three[0].issued_on}).")
    ]


def test_an_issued_document_without_a_number(three: list[Invoice]):
    relax(Invoice, *PARTS)
    change(three[2], number=None, serial=None)

    assert found(5) == [
        (f"series {three[0].series}", "The counter says 3, the last number is 2."),
        (f"invoice {three[2].pk}", "It is issued, but has no number in a series."),
    ]


# Chains ------------------------------------------------------------------------


def without_triggers(findings: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave the missing triggers out: they had to go for the document to be changed at all."""
    return [item for item in findings if not item[0].startswith("trigger ")]


def test_a_document_that_was_edited(three: list[Invoice]):
    relax(Invoice, *PARTS)
    change(three[1], note="Paid in cash")

    assert without_triggers(found(6)) == [(f"document {three[1].number}", "Its content is not what was issued.")]


def test_a_document_whose_line_was_edited(three: list[Invoice]):
    relax(Invoice, *PARTS)
    change(three[1].lines.get(), name="Something else")

    assert without_triggers(found(6)) == [(f"document {three[1].number}", "Its content is not what was issued.")]


def test_a_document_that_was_hashed_anew_after_an_edit(three: list[Invoice]):
    from invoices.selectors.snapshots import invoice_snapshot
    from invoices.snapshot import snapshot_hash

    relax(Invoice, *PARTS)
    change(three[1], note="Paid in cash")
    three[1].refresh_from_db()
    change(three[1], content_hash=snapshot_hash(invoice_snapshot(three[1]), previous_hash=three[1].previous_hash))

    assert without_triggers(found(6)) == [
        (
            f"document {three[2].number}",
            "It does not follow the document before it: one was changed, replaced or moved.",
        )
    ]


def test_the_last_document_cut_off_the_end(three: list[Invoice]):
    relax(Invoice, *PARTS)
    for part in PARTS:
        execute(f'DELETE FROM "{part._meta.db_table}" WHERE invoice_id = %s', (three[2].pk,))
    delete(three[2])

    assert without_triggers(found(6)) == [(f"series {three[0].series}", "It ends at 2, but 3 documents were issued.")]


def test_a_payment_event_that_was_edited():
    event = settled_payment().events.order_by("-sequence").first()
    relax(PaymentEvent)
    change(event, amount="19.00")

    assert without_triggers(found(6)) == [
        (f"payment event {event.sequence}", "Its content is not what it was when it was written.")
    ]


def test_a_payment_event_cut_off_the_end():
    event = settled_payment().events.order_by("-sequence").first()
    relax(PaymentEvent)
    delete(event)

    assert without_triggers(found(6)) == [
        ("payment events", f"The chain ends at {event.sequence - 1}, but {event.sequence} were written.")
    ]


def test_the_head_of_the_chain_set_back():
    pending_payment()
    head = EventChain.objects.get()
    change(head, length=head.length + 1)

    assert found(6) == [("payment events", f"The chain ends at {head.length}, but {head.length + 1} were written.")]


def test_a_database_that_would_let_documents_be_changed():
    gone = [guard for guard in guards() if guard.table == Invoice._meta.db_table]
    guards_remove(connection, gone)

    assert [guard.name for guard in gone] == ["invoices_invoice_no_update", "invoices_invoice_no_delete"]
    assert found(6) == [
        (f"trigger {guard.name}", "It is gone: the database would let its rows be changed.") for guard in gone
    ]


# Credits -----------------------------------------------------------------------


def test_two_live_invoices_of_one_order(three: list[Invoice]):
    relax(Invoice, *PARTS)
    copy(three[0], serial=4, number="COPY-4")

    assert found(7) == [(f"order {three[0].order.number}", "It has 2 live invoices.")]


def test_more_credited_than_was_invoiced(three: list[Invoice]):
    note = credit_note_issue(invoice=three[0], reason="Returned")
    relax(Invoice, *PARTS)
    change(note, net="16.82", gross="20.01")

    assert found(7) == [(f"invoice {three[0].number}", "20.01 was credited of 20.00.")]


def test_a_credit_note_that_corrects_a_credit_note(three: list[Invoice]):
    first, second = (credit_note_issue(invoice=invoice, reason="Returned") for invoice in three[:2])
    relax(Invoice, *PARTS)
    change(second, corrects_id=first.pk)

    assert found(7) == [(f"credit note {second.number}", "It corrects no invoice.")]

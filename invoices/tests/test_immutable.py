"""An issued document never changes, whichever way it is tried."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from backoffice.kernel.files.services import file_store
from invoices.exceptions import DocumentIssued
from invoices.models import Invoice, InvoiceLine
from invoices.selectors.snapshots import invoice_snapshot
from invoices.services.drafts import invoice_draft_for_order
from invoices.snapshot import snapshot_canonical
from invoices.tests.factories import IssuerFactory, issued_invoice
from orders.tests.factories import placed_order, stocked_variant

pytestmark = pytest.mark.django_db

MESSAGE = "An issued document never changes"


@pytest.fixture
def invoice() -> Invoice:
    return issued_invoice(
        lines=[(stocked_variant(price="10.00"), 1)], discount=Decimal("1.00"), shipping_price=Decimal("4.90")
    )


@pytest.fixture(autouse=True)
def the_document_says_the_same(invoice):
    before = snapshot_canonical(invoice_snapshot(invoice))
    yield
    assert snapshot_canonical(invoice_snapshot(Invoice.objects.get(pk=invoice.pk))) == before


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


FIXED = {
    "number": "'X'",
    "serial": "99",
    "kind": "'credit_note'",
    "gross": "1",
    "net": "1",
    "tax": "1",
    "due": "1",
    "rounding": "1",
    "prepaid": "1",
    "currency": "'USD'",
    "language": "'de'",
    "issued_on": "'2020-01-01'",
    "due_on": "NULL",
    "note": "'else'",
    "order_number": "'else'",
    "payment_method": "'else'",
    "content_hash": "'else'",
    "previous_hash": "'else'",
    "buyer_snapshot": "'{}'",
    "seller_snapshot": "'{}'",
    "delivery_snapshot": "'{}'",
    "created_at": "'2020-01-01'",
}


@pytest.mark.parametrize("column", FIXED)
def test_sql_cannot_change_a_column(invoice, column):
    with pytest.raises(IntegrityError, match=MESSAGE):
        execute(f"UPDATE invoices_invoice SET {column} = {FIXED[column]}")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM invoices_invoice",
        "UPDATE invoices_invoiceline SET quantity = 30",
        "DELETE FROM invoices_invoiceline",
        "UPDATE invoices_taxbreakdown SET tax = 0",
        "DELETE FROM invoices_taxbreakdown",
        "UPDATE invoices_invoiceadjustment SET net = 0",
        "DELETE FROM invoices_invoiceadjustment",
    ],
)
def test_sql_cannot_change_or_delete_its_rows(invoice, sql):
    with pytest.raises(IntegrityError, match=MESSAGE):
        execute(sql)


def test_sql_cannot_add_a_line(invoice):
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        InvoiceLine.objects.bulk_create(
            [InvoiceLine(invoice=invoice, position=2, name="More", quantity=1, unit_price_net=1, tax_rate=19)]
        )


def test_a_line_of_a_draft_cannot_move_onto_it(invoice):
    draft = invoice_draft_for_order(order=placed_order())
    with pytest.raises(IntegrityError, match=MESSAGE):
        execute(
            f"UPDATE invoices_invoiceline SET invoice_id = {invoice.pk}, position = 9 WHERE invoice_id = {draft.pk}"
        )


def test_the_orm_says_so_in_plain_words(invoice):
    line = invoice.lines.get()
    for write in (
        invoice.save,
        invoice.delete,
        Invoice.objects.all().delete,
        lambda: Invoice.objects.update(note="else"),
        lambda: invoice.save(update_fields=["gross"]),
        line.save,
        line.delete,
        invoice.tax_breakdown.get().save,
        invoice.adjustments.first().delete,
    ):
        with pytest.raises(DocumentIssued, match=f"{invoice.number} is issued: it never changes"):
            write()


def test_its_pdf_is_set_once(invoice):
    first, second = (
        file_store(content=data, name="a.pdf", content_type="application/pdf", purpose="invoice_pdf")
        for data in (b"one", b"two")
    )
    execute(f"UPDATE invoices_invoice SET pdf_id = {first.pk}")

    with pytest.raises(IntegrityError, match=MESSAGE):
        execute(f"UPDATE invoices_invoice SET pdf_id = {second.pk}")
    with pytest.raises(IntegrityError, match=MESSAGE):
        execute("UPDATE invoices_invoice SET pdf_id = NULL")

    invoice.refresh_from_db()
    assert invoice.pdf == first


def test_its_standing_may_change(invoice):
    execute("UPDATE invoices_invoice SET status = 'overdue'")

    invoice.refresh_from_db()
    assert invoice.status == "overdue"


def test_a_draft_may_change_and_go():
    IssuerFactory()
    draft = invoice_draft_for_order(order=placed_order())

    draft.note = "For the third floor"
    draft.save()
    draft.lines.all().delete()
    draft.tax_breakdown.all().delete()
    draft.delete()

    assert Invoice.objects.filter(number__isnull=True).count() == 0

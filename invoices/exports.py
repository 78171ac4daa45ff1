"""What of the documents leaves the house as a table."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, When
from django.db.models.fields.json import KT

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind, register_export
from invoices.models import DocumentKind, Invoice


def _signed(name: str) -> Case:
    """Return an amount that is negative on credit notes, so that a column adds up."""
    money: DecimalField[Decimal, Decimal] = DecimalField(max_digits=14, decimal_places=2)
    return Case(When(Q(kind=DocumentKind.CREDIT_NOTE), then=-F(name)), default=F(name), output_field=money)


INVOICES = ExportKind(
    name="invoices",
    label="invoices and credit notes",
    model=Invoice,
    columns=(
        ExportColumn("number"),
        ExportColumn("kind"),
        ExportColumn("status"),
        ExportColumn("date", "issued_on"),
        ExportColumn("due_date", "due_on"),
        ExportColumn("order", "order_number"),
        ExportColumn("corrects", "corrects__number"),
        ExportColumn("customer", KT("buyer_snapshot__name"), kind="text"),
        ExportColumn("company", KT("buyer_snapshot__company"), kind="text"),
        ExportColumn("country", KT("buyer_snapshot__country"), kind="text"),
        ExportColumn("vat_id", KT("buyer_snapshot__vat_id"), kind="text"),
        ExportColumn("currency"),
        ExportColumn("net", _signed("net")),
        ExportColumn("tax", _signed("tax")),
        ExportColumn("gross", _signed("gross")),
        ExportColumn("rounding", _signed("rounding")),
        ExportColumn("paid_before", "prepaid", chosen=False),
        ExportColumn("delivered_on", chosen=False),
        ExportColumn("payment_method", chosen=False),
        ExportColumn("hash", "content_hash", chosen=False),
        ExportColumn("pdf_sha256", "pdf__digest", chosen=False),
    ),
    filters={"order": "order_number", "date": "issued_on"},
)


def register_exports() -> None:
    """Declare the exports of this app."""
    register_export(INVOICES)

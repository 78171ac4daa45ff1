"""What the database itself refuses: a change to an issued document."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.immutable import Guard
from invoices.models import DocumentPart, Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown
from invoices.models.invoice import CHANGEABLE_ONCE_ISSUED

PARTS: tuple[type[DocumentPart], ...] = (InvoiceLine, InvoiceAdjustment, TaxBreakdown)
_MESSAGE = "An issued document never changes. Correct it with a credit note."


def invoices_guards() -> Sequence[Guard]:
    """Return the guards of documents and their parts."""
    return (*_document_guards(), *(guard for part in PARTS for guard in _part_guards(part)))


def _document_guards() -> Sequence[Guard]:
    table = Invoice._meta.db_table
    changed = " OR ".join(
        f'NEW."{field.column}" IS DISTINCT FROM OLD."{field.column}"'
        for field in Invoice._meta.concrete_fields
        if field.attname not in CHANGEABLE_ONCE_ISSUED
    )
    # A file is made once and then stays.
    replaced = " OR ".join(
        f'(OLD."{column}" IS NOT NULL AND NEW."{column}" IS DISTINCT FROM OLD."{column}")'
        for column in ("pdf_id", "xml_id")
    )
    return (
        Guard(f"{table}_no_update", table, "UPDATE", _MESSAGE, f"OLD.number IS NOT NULL AND ({changed} OR {replaced})"),
        Guard(f"{table}_no_delete", table, "DELETE", _MESSAGE, "OLD.number IS NOT NULL"),
    )


def _part_guards(part: type[DocumentPart]) -> Sequence[Guard]:
    table = part._meta.db_table
    documents = Invoice._meta.db_table

    def issued(*rows: str) -> str:
        ids = ", ".join(f"{row}.invoice_id" for row in rows)
        # Only the names of tables go in.
        return f'EXISTS (SELECT 1 FROM "{documents}" d WHERE d.id IN ({ids}) AND d.number IS NOT NULL)'  # noqa: S608

    return (
        Guard(f"{table}_no_insert", table, "INSERT", _MESSAGE, issued("NEW")),
        Guard(f"{table}_no_update", table, "UPDATE", _MESSAGE, issued("OLD", "NEW")),
        Guard(f"{table}_no_delete", table, "DELETE", _MESSAGE, issued("OLD")),
    )

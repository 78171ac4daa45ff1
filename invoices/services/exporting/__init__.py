"""Exports of issued documents for accountants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from invoices.exceptions import InvoiceRefused
from invoices.models import Invoice
from invoices.selectors.ledger import LedgerTotals, totals_of_ledger
from invoices.services.exporting.bundles import bundle_pdf, bundle_zip
from invoices.services.exporting.tables import table_csv, table_xlsx

_CHUNK = 500


@dataclass(frozen=True)
class ExportFormat:
    """A kind of file that documents can be exported to."""

    suffix: str
    content_type: str
    write: Callable[[Iterable[Invoice], Path], int]


FORMATS: dict[str, ExportFormat] = {
    "pdf": ExportFormat("pdf", "application/pdf", bundle_pdf),
    "zip": ExportFormat("zip", "application/zip", bundle_zip),
    "csv": ExportFormat("csv", "text/csv", table_csv),
    "xlsx": ExportFormat("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", table_xlsx),
}


def documents_export(*, documents: QuerySet[Invoice], file_format: str, path: Path) -> LedgerTotals:
    """Write issued documents to a file, and check that what was written adds up to the ledger.

    Args:
        documents: issued documents, in the order in which they shall stand.
        file_format: a key of ``FORMATS``.
        path: where to; replaced if it exists.

    Returns:
        Number and sums of the documents that were written.

    Raises:
        InvoiceRefused: there is nothing to export, or the sums differ from the ledger's.
    """
    if not documents.exists():
        raise InvoiceRefused("There are no issued documents to export.")
    totals = LedgerTotals()

    def counted() -> Iterable[Invoice]:
        for document in documents.iterator(_CHUNK):
            totals.add_document(document)
            yield document

    count = FORMATS[file_format].write(counted(), path)
    ledger = totals_of_ledger(documents)
    if count != totals.documents or totals != ledger:
        raise InvoiceRefused(f"The export does not tie to the ledger: {totals} were written, the ledger says {ledger}.")
    return totals

"""Exports of issued documents for accountants."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from backoffice.kernel import clock
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_store
from invoices.exceptions import InvoiceRefused
from invoices.models import Invoice
from invoices.selectors.ledger import LedgerTotals, totals_of_ledger
from invoices.services.exporting.bundles import bundle_pdf, bundle_zip
from invoices.services.exporting.tables import table_csv, table_xlsx

_CHUNK = 500
EXPORT_PURPOSE = "invoice_export"


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


def documents_export_stored(
    *, documents: QuerySet[Invoice], file_format: str, owner: Any
) -> tuple[StoredFile, LedgerTotals]:
    """Export documents into a stored file that its owner can download again.

    Args:
        documents: issued documents.
        file_format: a key of ``FORMATS``.
        owner: the user whose file it is.

    Raises:
        InvoiceRefused: as for ``documents_export``.
    """
    chosen = FORMATS[file_format]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"documents.{chosen.suffix}"
        totals = documents_export(documents=documents, file_format=file_format, path=path)
        with path.open("rb") as content:
            stored = file_store(
                content=content,
                name=f"documents-{clock.today():%Y-%m-%d}.{chosen.suffix}",
                content_type=chosen.content_type,
                purpose=EXPORT_PURPOSE,
                owner=owner,
            )
    return stored, totals

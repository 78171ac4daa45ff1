"""The PDFs of issued documents: merged into one, or in a ZIP with a manifest."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pikepdf

from backoffice.kernel.files.services import file_path
from backoffice.kernel.transfers.reading.values.text import neutralise_formula
from invoices.models import Invoice
from invoices.selectors.ledger import sign_of
from invoices.services.rendering import invoice_render

MANIFEST = "manifest.csv"
_MANIFEST_HEADER = ("file", "number", "SHA-256", "currency", "total")
# A ZIP entry needs a time; the same documents shall give the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def bundle_pdf(documents: Iterable[Invoice], path: Path) -> int:
    """Merge the stored PDFs of documents into one file, a bookmark each, and return how many there were.

    Documents that have no PDF yet get theirs first.
    """
    count = 0
    with pikepdf.new() as merged:
        with merged.open_outline() as outline:
            for count, document in enumerate(documents, start=1):  # noqa: B007 - the last count is the result
                first_page = len(merged.pages)
                with pikepdf.open(file_path(invoice_render(invoice=document))) as pdf:
                    merged.pages.extend(pdf.pages)
                outline.root.append(pikepdf.OutlineItem(document.number or "", first_page))
        merged.save(path, deterministic_id=True)
    return count


def bundle_zip(documents: Iterable[Invoice], path: Path) -> int:
    """Pack the stored PDFs of documents with a manifest (file, number, SHA-256, total); return how many there were."""
    count = 0
    text = io.StringIO()
    manifest = csv.writer(text)
    manifest.writerow(_MANIFEST_HEADER)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for count, document in enumerate(documents, start=1):  # noqa: B007 - as above
            stored = invoice_render(invoice=document)
            name = f"{document.number}.pdf"
            archive.writestr(_entry(name), file_path(stored).read_bytes())
            total = sign_of(document) * document.payable
            manifest.writerow(
                [name, neutralise_formula(document.number or ""), stored.digest, document.currency, f"{total:.2f}"]
            )
        archive.writestr(_entry(MANIFEST), text.getvalue().encode("utf-8-sig"))
    return count


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o640 << 16
    return entry

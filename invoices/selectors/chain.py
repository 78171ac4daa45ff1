"""Whether the issued documents are still what was issued."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from backoffice.kernel.files.services import file_path
from finance.selectors import ChainFinding
from invoices.models import Invoice, Series
from invoices.selectors.snapshots import invoice_snapshot
from invoices.snapshot import snapshot_hash

_CHUNK = 500


def invoice_chain_findings() -> Iterator[ChainFinding]:
    """Walk the chain of each series and yield each edit, deletion and reordering that shows.

    Every document is written down again from its stored rows and hashed; its number and its link
    must follow from the document before, and the last one must be the one that the series names.
    """
    for series in Series.objects.order_by("pk"):
        yield from _series_findings(series)
    loose = Invoice.objects.issued().filter(series__isnull=True)
    for number in loose.order_by("pk").values_list("number", flat=True).iterator():
        yield ChainFinding(f"document {number}", "It has a number, but belongs to no series.")


def file_findings() -> Iterator[ChainFinding]:
    """Hash the stored PDF of each document again and yield those that are gone or changed."""
    documents = Invoice.objects.issued().filter(pdf__isnull=False).select_related("pdf").order_by("pk")
    for document in documents.iterator(_CHUNK):
        assert document.pdf is not None
        try:
            digest = hashlib.sha256(file_path(document.pdf).read_bytes()).hexdigest()
        except FileNotFoundError:
            yield ChainFinding(f"document {document.number}", "Its PDF is not on disk any more.")
            continue
        if digest != document.pdf.digest:
            yield ChainFinding(f"document {document.number}", "Its PDF is not the one that was rendered.")


def _series_findings(series: Series) -> Iterator[ChainFinding]:
    previous_hash, expected = "", 1
    documents = (
        Invoice.objects.filter(series=series)
        .select_related("corrects")
        .prefetch_related("lines", "adjustments", "tax_breakdown")
        .order_by("serial")
    )
    for document in documents.iterator(_CHUNK):
        subject, serial = f"document {document.number}", document.serial or 0
        if serial > expected:
            missing = f"{expected}" if serial == expected + 1 else f"{expected} to {serial - 1}"
            yield ChainFinding(subject, f"Number {missing} of series {series} is missing before it.")
        elif document.previous_hash != previous_hash:
            yield ChainFinding(
                subject, "It does not follow the document before it: one was changed, replaced or moved."
            )
        if document.content_hash != _hash_again(document):
            yield ChainFinding(subject, "Its content is not what was issued.")
        previous_hash, expected = document.content_hash, serial + 1
    if (series.counter, series.last_hash) != (expected - 1, previous_hash):
        yield ChainFinding(
            f"series {series}", f"It ends at {expected - 1}, but {series.counter} documents were issued."
        )


def _hash_again(document: Invoice) -> str:
    try:
        return snapshot_hash(invoice_snapshot(document), previous_hash=document.previous_hash)
    except (ArithmeticError, TypeError, ValueError):
        # Rows that cannot even be read are not what was issued.
        return ""

"""Rendering issued documents, once each."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from django.db import transaction

from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_keep
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_enqueue
from backoffice.kernel.keyed import row_get
from invoices.exceptions import InvoiceRefused
from invoices.models import Invoice
from invoices.selectors.snapshots import invoice_logo, invoice_snapshot

logger = logging.getLogger(__name__)

RENDER_JOB = "invoice.render"
PDF_PURPOSE = "invoice_pdf"


@dataclass
class RenderRun:
    """How many documents a run rendered, and which it could not, with the reason."""

    rendered: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def render_enqueue(*, invoice: Invoice) -> Job:
    """Have a worker render the document once the current transaction is committed; once per document."""
    job, _ = job_enqueue(
        kind=RENDER_JOB,
        params={"invoice_id": invoice.pk},
        title="Render an invoice",
        idempotency_key=f"{RENDER_JOB}:{invoice.pk}",
    )
    return job


def invoice_render(*, invoice: Invoice) -> StoredFile:
    """Render an issued document's PDF and keep it with its SHA-256.

    A document that has its PDF keeps it: the same bytes are served for ever.

    Raises:
        InvoiceRefused: the document is a draft.
    """
    from invoices.documents import render_invoice

    if not invoice.is_issued:
        raise InvoiceRefused(f"{invoice} is not issued; there is nothing to render yet.")
    if invoice.pdf is not None:
        return invoice.pdf
    kept = file_keep(
        content=render_invoice(invoice_snapshot(invoice, logo=invoice_logo(invoice))),
        name=f"{invoice.number}.pdf",
        content_type="application/pdf",
        purpose=PDF_PURPOSE,
    )
    with transaction.atomic(), audit(reason="PDF rendered"):
        locked = row_get(Invoice, invoice.pk, lock="update")
        if locked.pdf is None:
            kept.save(force_insert=True)
            locked.pdf = kept
            locked.save(update_fields=["pdf", "updated_at"])
    invoice.pdf, invoice.updated_at = locked.pdf, locked.updated_at
    return locked.pdf


def invoices_render_missing(*, limit: int | None = None) -> RenderRun:
    """Render each issued document that has no PDF yet; one that fails does not stop the others.

    Args:
        limit: at most this many; all where None.
    """
    run = RenderRun()
    missing = Invoice.objects.issued().filter(pdf__isnull=True).select_related("corrects", "pdf").order_by("pk")
    for document in missing[:limit]:
        try:
            invoice_render(invoice=document)
        except (DocumentError, OSError) as error:
            logger.warning("%s could not be rendered: %s", document, error)
            run.failed.append((str(document), str(error)))
        else:
            run.rendered += 1
    return run

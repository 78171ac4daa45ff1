"""The jobs of invoices."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.registry import job_handler
from backoffice.kernel.keyed import row_get
from invoices.models import Invoice
from invoices.selectors.snapshots import parts_read
from invoices.services.rendering import RENDER_JOB, invoice_render


@job_handler(RENDER_JOB, label="Document")
def render(context: JobContext, *, invoice_id: int) -> dict[str, Any]:
    """Render one document; a second delivery finds the PDF and leaves it."""
    invoice = row_get(Invoice, invoice_id)
    parts_read(invoice)
    stored = invoice_render(invoice=invoice)
    context.progress(done=1, total=1, force=True)
    return {"number": invoice.number, "sha256": stored.digest, "bytes": stored.size}

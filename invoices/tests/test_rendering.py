"""Issued documents are rendered once; what cannot be rendered says so and stops nothing else."""

import json

import pytest
from django.core.management import CommandError, call_command

from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.files.services import file_path
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_run
from invoices import documents
from invoices.exceptions import InvoiceRefused
from invoices.models import Invoice
from invoices.services.drafts import invoice_draft_for_order
from invoices.services.rendering import invoice_render, invoices_render_missing
from invoices.snapshot import InvoiceSnapshot
from invoices.tests.factories import IssuerFactory, issued_invoice
from orders.tests.factories import placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def renderer(monkeypatch) -> list[InvoiceSnapshot]:
    """Replace the renderer by one that notes what it was given, and refuses the number ending in 2."""
    seen: list[InvoiceSnapshot] = []

    def render(snapshot: InvoiceSnapshot) -> bytes:
        seen.append(snapshot)
        if snapshot.meta.number.endswith("2"):
            raise DocumentError("The font cannot draw “🦄”.")
        return f"%PDF {snapshot.meta.number}".encode()

    monkeypatch.setattr(documents, "render_invoice", render)
    return seen


def test_a_document_is_rendered_from_its_snapshot_once(renderer):
    invoice = issued_invoice()

    first = invoice_render(invoice=invoice)
    second = invoice_render(invoice=Invoice.objects.get())

    assert first == second == invoice.pdf
    assert [snapshot.meta.number for snapshot in renderer] == [invoice.number]
    assert file_path(first).read_bytes() == f"%PDF {invoice.number}".encode()
    assert (first.purpose, first.content_type, first.name) == (
        "invoice_pdf",
        "application/pdf",
        f"{invoice.number}.pdf",
    )


def test_a_draft_is_not_rendered(renderer):
    IssuerFactory()
    draft = invoice_draft_for_order(order=placed_order())

    with pytest.raises(InvoiceRefused, match="is not issued"):
        invoice_render(invoice=draft)

    assert renderer == []


def test_what_cannot_be_rendered_fails_its_job_with_the_reason(renderer):
    issued_invoice()
    invoice = issued_invoice()

    job = job_run(job_id=Job.objects.get(params={"invoice_id": invoice.pk}).pk)

    invoice.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "The font cannot draw “🦄”.")
    assert invoice.pdf is None


def test_a_run_renders_the_others_and_names_what_failed(renderer):
    invoices = [issued_invoice() for _ in range(3)]

    run = invoices_render_missing()

    assert run.rendered == 2
    assert run.failed == [(invoices[1].number, "The font cannot draw “🦄”.")]
    assert Invoice.objects.filter(pdf__isnull=False).count() == 2


def test_the_command_says_what_it_did_and_fails_where_something_failed(renderer, capsys):
    issued_invoice()
    call_command("render_invoices", "--json")
    assert json.loads(capsys.readouterr().out) == {"rendered": 1, "failed": []}

    invoice = issued_invoice()
    with pytest.raises(CommandError):
        call_command("render_invoices", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "rendered": 0,
        "failed": [{"number": invoice.number, "reason": "The font cannot draw “🦄”."}],
        "error": "1 documents could not be rendered.",
    }

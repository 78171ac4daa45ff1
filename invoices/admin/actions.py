"""Bulk actions on documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from backoffice.kernel.admin.actions import ActionPlan, BulkAction, TransitionAction
from backoffice.kernel.jobs.context import JobContext
from invoices.models import Invoice
from invoices.selectors.ledger import documents_issued
from invoices.services.exporting import FORMATS, documents_export_stored
from invoices.services.issuing import invoice_issue
from invoices.states import INVOICE_MACHINE

_LABELS = {
    "pdf": "One PDF with all of them",
    "zip": "ZIP of the PDFs, with a manifest",
    "csv": "CSV table",
    "xlsx": "XLSX table",
}


class IssueAction(TransitionAction):
    """Give the selected drafts their numbers."""

    machine = INVOICE_MACHINE
    transition = "issue"
    label = "Issue selected drafts"
    no_undo = "Issued documents are kept for ever. Correct each with “Credit note” on its page."
    inline_limit = 20
    chunk_size = 50

    def apply(self, row: Invoice, reason: str, user: Any) -> Any:
        """Issue one."""
        return invoice_issue(invoice=row, reason=reason)


class FormatForm(forms.Form):
    """What kind of file."""

    file_format = forms.ChoiceField(choices=[(key, _LABELS[key]) for key in FORMATS], initial="pdf", label="file")


class ExportDocumentsAction(BulkAction):
    """Put the selected documents into one file."""

    name = "export_documents"
    label = "Export selected documents"
    description = "The file stays on the job's page, for you to download again."
    permission = "invoices.export_invoice"
    form_class = FormatForm
    whole = True
    no_undo = "It changed nothing: it made a file to download."
    inline_limit = 50

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Leave out drafts."""
        plan = ActionPlan(applicable=list(queryset.filter(number__isnull=False).values_list("pk", flat=True)))
        drafts = queryset.filter(number__isnull=True).values_list("pk", flat=True)
        plan.refused.extend((f"Draft {pk}", "It is not issued.") for pk in drafts)
        return plan

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Write the file and say what it adds up to."""
        documents = documents_issued().filter(pk__in=ids)
        stored, totals = documents_export_stored(documents=documents, file_format=data["file_format"], owner=user)
        return {
            "applied": totals.documents,
            "file": stored.name,
            "download": reverse("file", args=[stored.pk]),
            "sha256": stored.digest,
            **{f"total_{name}": str(value) for name, value in totals.as_text().items() if name != "documents"},
        }

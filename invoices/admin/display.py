"""How documents are shown."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from invoices.models import DocumentKind, Invoice
from invoices.states import InvoiceStatus

# The word always stands in the badge: the colour only underlines it.
_COLOURS: dict[str, str] = {
    InvoiceStatus.DRAFT: "text-bg-secondary",
    InvoiceStatus.ISSUED: "text-bg-primary",
    InvoiceStatus.PAID: "text-bg-success",
    InvoiceStatus.OVERDUE: "text-bg-danger",
    InvoiceStatus.CREDITED: "text-bg-light border",
}


def status_badge(invoice: Invoice) -> SafeString:
    """Show a document's standing as a word on its colour."""
    return format_html(
        '<span class="badge {}">{}</span>', _COLOURS[InvoiceStatus(invoice.status)], invoice.get_status_display()
    )


def kind_badge(invoice: Invoice) -> SafeString:
    """Mark credit notes."""
    colour = "text-bg-warning" if invoice.kind == DocumentKind.CREDIT_NOTE else "text-bg-light border"
    return format_html('<span class="badge {}">{}</span>', colour, invoice.get_kind_display())


def pdf_link(invoice: Invoice) -> SafeString:
    """Lead to the stored PDF; say where it is still being made."""
    if invoice.pdf_id is not None:
        url = reverse("file", args=[invoice.pdf_id])
        icon = "fas fa-file-pdf"
        return format_html(
            '<a class="text-nowrap" href="{}"><i class="{}" aria-hidden="true"></i> {}</a>', url, icon, "PDF"
        )
    return format_html('<span class="text-secondary">{}</span>', "being made" if invoice.is_issued else "–")

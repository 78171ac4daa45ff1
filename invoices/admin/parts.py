"""The rows of a document on its page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeTabularInline
from backoffice.kernel.admin.files import ReadOnlyMixin
from finance.admin.display import amount
from invoices.admin.display import pdf_link, status_badge
from invoices.models import Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown


class LineInline(ReadOnlyMixin, BackofficeTabularInline):
    """What is invoiced."""

    model = InvoiceLine
    fields = ("position", "sku", "name", "pieces", "unit_price_net", "allowance_net", "net", "tax_category", "tax_rate")
    readonly_fields = fields
    ordering = ("position",)

    @admin.display(description="quantity")
    def pieces(self, line: InvoiceLine) -> str:
        """Show the quantity without empty decimals."""
        return f"{line.quantity.normalize():f} {line.unit_code}"


class AdjustmentInline(ReadOnlyMixin, BackofficeTabularInline):
    """Discounts and charges of the whole document."""

    model = InvoiceAdjustment
    fields = ("kind", "reason", "net", "tax_category", "tax_rate")
    readonly_fields = fields
    ordering = ("position",)
    verbose_name_plural = "discounts and charges"


class BreakdownInline(ReadOnlyMixin, BackofficeTabularInline):
    """The tax of each rate."""

    model = TaxBreakdown
    fields = ("category", "rate", "taxable", "tax", "exemption_reason")
    readonly_fields = fields
    ordering = ("-rate", "category")
    verbose_name_plural = "tax"


class CreditNoteInline(ReadOnlyMixin, BackofficeTabularInline):
    """The credit notes of an invoice."""

    model = Invoice
    fk_name = "corrects"
    fields = ("number", "issued_on", "given_back", "note", "pdf_shown")
    readonly_fields = fields
    ordering = ("pk",)
    verbose_name_plural = "credit notes"
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show issued ones."""
        return super().get_queryset(request).filter(number__isnull=False)

    @admin.display(description="amount")
    def given_back(self, note: Invoice) -> SafeString:
        """Show what is given back."""
        return amount(note.payable, note.currency)

    @admin.display(description="PDF")
    def pdf_shown(self, note: Invoice) -> SafeString:
        """Lead to the PDF."""
        return pdf_link(note)

    @admin.display(description="status")
    def state(self, note: Invoice) -> SafeString:
        """Show the standing."""
        return status_badge(note)

"""Invoices and credit notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.filters import ScopedRelatedFilter
from backoffice.kernel.admin.steps import FormStepsMixin
from finance.admin.display import amount, day
from invoices.admin.actions import ExportDocumentsAction, IssueAction
from invoices.admin.display import kind_badge, pdf_link, status_badge
from invoices.admin.page import document_shown
from invoices.admin.steps import CreditStep, RenderStep
from invoices.models import DocumentKind, Invoice
from invoices.selectors.ledger import sign_of
from invoices.services.drafts import invoice_draft_discard, invoice_draft_for_order
from invoices.services.issuing import invoice_issue
from invoices.states import INVOICE_MACHINE
from orders.models import Order
from orders.states import OrderStatus
from products.admin.refusals import RefusalMessageMixin


class NewInvoiceForm(forms.ModelForm[Invoice]):
    """An invoice is made from an order."""

    class Meta:
        model = Invoice
        fields = ("order",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "order" in self.fields:
            self.fields["order"].required = True

    def clean_order(self) -> Order:
        """Take placed orders without a live invoice."""
        order: Order = self.cleaned_data["order"]
        if order.status not in {OrderStatus.OPEN, OrderStatus.COMPLETED}:
            raise forms.ValidationError(f"Order {order} is {order.get_status_display().lower()}; place it first.")
        live = Invoice.objects.filter(order=order, kind=DocumentKind.INVOICE).exclude(status="credited").first()
        if live is not None:
            raise forms.ValidationError(f"Order {order} has its invoice: {live}.")
        return order


def issue(invoice: Invoice, reason: str, user: Any) -> None:
    """Issue a draft from its page."""
    invoice_issue(invoice=invoice, reason=reason)


@admin.register(Invoice)
class InvoiceAdmin(FormStepsMixin, RefusalMessageMixin, BackofficeModelAdmin):
    """Documents: drafts can be discarded, what is issued is only read, credited and downloaded."""

    list_display = (
        "title",
        "kind_shown",
        "status_shown",
        "order_number",
        "buyer",
        "date",
        "due_date",
        "total",
        "pdf_shown",
    )
    list_display_links = ("title",)
    list_filter = (
        "status",
        "kind",
        ("issued_on", admin.DateFieldListFilter),
        ("due_on", admin.DateFieldListFilter),
        "currency",
        ("issuer", ScopedRelatedFilter),
    )
    list_select_related = ()
    search_fields = ("number__istartswith", "order_number__istartswith", "order__email__istartswith")
    search_help_text = "Number, order number or email"
    ordering = ("-pk",)
    autocomplete_fields = ("order",)
    change_form_template = "admin/invoices/invoice/change_form.html"
    timeline_children = ["lines", "adjustments", "tax_breakdown", "credit_notes"]
    steps = [CreditStep, RenderStep]
    transitions = {INVOICE_MACHINE: {"issue": issue}}
    bulk_actions = [IssueAction, ExportDocumentsAction]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for the order of a new invoice; offer nothing to edit afterwards."""
        if obj is None:
            kwargs["form"] = NewInvoiceForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the order of a new invoice; a document has no form."""
        return [(None, {"fields": ("order",)})] if obj is None else []

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Show a document as it says."""
        obj = kwargs.get("obj")
        if obj is not None:
            context["document"] = document_shown(obj, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A document is issued, credited or discarded, never edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts can be discarded; what has a number stays."""
        may = request.user.has_perm("invoices.issue_invoice")
        return may and obj is not None and not obj.is_issued

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A draft takes its own rows along, for which nobody needs a permission."""
        names, counts, _, protected = super().get_deleted_objects(objs, request)
        kept = [] if all(not obj.is_issued for obj in objs) else protected
        return names, counts, set(), kept

    def delete_model(self, request: HttpRequest, obj: Invoice) -> None:
        """Discard a draft by its service."""
        invoice_draft_discard(invoice=obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Draft the invoice of an order by its service; documents are never saved here."""
        made = invoice_draft_for_order(order=obj.order)
        obj.pk = made.pk
        obj._state.adding = False
        obj.refresh_from_db()

    @admin.display(description="number", ordering="number")
    def title(self, invoice: Invoice) -> SafeString:
        """Show the number, or that it is a draft."""
        return format_html('<span class="text-nowrap">{}</span>', str(invoice))

    @admin.display(description="kind", ordering="kind")
    def kind_shown(self, invoice: Invoice) -> SafeString:
        """Show the kind."""
        return kind_badge(invoice)

    @admin.display(description="status", ordering="status")
    def status_shown(self, invoice: Invoice) -> SafeString:
        """Show the standing."""
        return status_badge(invoice)

    @admin.display(description="PDF")
    def pdf_shown(self, invoice: Invoice) -> SafeString:
        """Lead to the PDF."""
        return pdf_link(invoice)

    @admin.display(description="order", ordering="order_number")
    def order_number(self, invoice: Invoice) -> str:
        """Name the order."""
        return invoice.order_number

    @admin.display(description="customer")
    def buyer(self, invoice: Invoice) -> str:
        """Name the customer."""
        return str(invoice.buyer_snapshot.get("company") or invoice.buyer_snapshot.get("name", ""))

    @admin.display(description="total", ordering="gross")
    def total(self, invoice: Invoice) -> SafeString:
        """Show what it asks for; credit notes negative."""
        return amount(sign_of(invoice) * invoice.payable, invoice.currency)

    @admin.display(description="date", ordering="issued_on")
    def date(self, invoice: Invoice) -> SafeString:
        """Show the date."""
        return day(invoice.issued_on)

    @admin.display(description="due", ordering="due_on")
    def due_date(self, invoice: Invoice) -> SafeString:
        """Show by when it is to be paid."""
        return day(invoice.due_on)

"""Invoices and credit notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.filters import ScopedRelatedFilter
from backoffice.kernel.admin.steps import FormStepsMixin
from finance.admin.display import amount, link
from invoices.admin.actions import ExportDocumentsAction, IssueAction
from invoices.admin.display import kind_badge, pdf_link, status_badge
from invoices.admin.parts import AdjustmentInline, BreakdownInline, CreditNoteInline, LineInline
from invoices.admin.steps import CreditStep, RenderStep
from invoices.models import DocumentKind, Invoice
from invoices.selectors.ledger import sign_of
from invoices.services.drafts import invoice_draft_discard, invoice_draft_for_order
from invoices.services.issuing import invoice_issue
from invoices.states import INVOICE_MACHINE
from orders.admin.display import address_lines, stacked
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
        "issued_on",
        "due_on",
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
    list_select_related = ("order",)
    search_fields = ("number__istartswith", "order_number__istartswith", "order__email__istartswith")
    search_help_text = "Number, order number or email"
    ordering = ("-pk",)
    autocomplete_fields = ("order",)
    steps = [CreditStep, RenderStep]
    transitions = {INVOICE_MACHINE: {"issue": issue}}
    bulk_actions = [IssueAction, ExportDocumentsAction]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        """Join what the page names."""
        return super().get_queryset(request).select_related("order", "corrects", "issuer", "series")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Remember who looks, for links that depend on it."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.viewer = request.user
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for the order of a new invoice; offer nothing to edit afterwards."""
        if obj is None:
            kwargs["form"] = NewInvoiceForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the document as it says."""
        if obj is None:
            return [(None, {"fields": ("order",)})]
        dates = (
            ("issued_on", "delivered_on", "due_on")
            if obj.kind == DocumentKind.INVOICE
            else ("issued_on", "corrects_link")
        )
        rest = ("prepaid", "rounding", "due") if obj.kind == DocumentKind.INVOICE else ("rounding", "due")
        return [
            (
                None,
                {"fields": (("title", "kind_shown", "status_shown", "pdf_shown"), dates, ("order_link", "language"))},
            ),
            ("Parties", {"fields": (("seller_block", "buyer_block"),)}),
            ("Totals", {"fields": (("lines_net", "allowances_net", "charges_net"), ("net", "tax", "gross"), rest)}),
            ("Payment", {"fields": (("payment_method", "payment_means_code"), "note")}),
            ("Proof", {"fields": ("content_hash", "previous_hash", "issued_at"), "classes": ("collapse",)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Show everything, offer nothing to edit."""
        if obj is None:
            return ()
        shown: list[Any] = []
        for _, options in self.get_fieldsets(request, obj):
            for entry in options["fields"]:
                shown += entry if isinstance(entry, tuple) else [entry]
        return tuple(shown)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Show the rows of a document, and the credit notes of an invoice that has some."""
        if obj is None:
            return []
        inlines: list[Any] = [LineInline]
        if obj.adjustments.exists():
            inlines.append(AdjustmentInline)
        inlines.append(BreakdownInline)
        if obj.credit_notes.exists():
            inlines.append(CreditNoteInline)
        return inlines

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
        """Draft the invoice of an order by its service; nothing else is ever saved here."""
        if change:
            return
        made = invoice_draft_for_order(order=obj.order)
        obj.pk = made.pk
        obj._state.adding = False
        obj.refresh_from_db()

    @admin.display(description="number", ordering="number")
    def title(self, invoice: Invoice) -> str:
        """Show the number, or that it is a draft."""
        return str(invoice)

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

    @admin.display(description="order")
    def order_link(self, invoice: Any) -> SafeString:
        """Lead to the order, if the user may open it."""
        return link(invoice.viewer, invoice.order) if invoice.order else format_html("{}", invoice.order_number)

    @admin.display(description="credits")
    def corrects_link(self, invoice: Any) -> SafeString:
        """Lead to the invoice that a credit note corrects."""
        return link(invoice.viewer, invoice.corrects)

    @admin.display(description="customer")
    def buyer(self, invoice: Invoice) -> str:
        """Name the customer."""
        return str(invoice.buyer_snapshot.get("company") or invoice.buyer_snapshot.get("name", ""))

    @admin.display(description="total", ordering="gross")
    def total(self, invoice: Invoice) -> SafeString:
        """Show what it asks for; credit notes negative."""
        return amount(sign_of(invoice) * invoice.payable, invoice.currency)

    @admin.display(description="seller")
    def seller_block(self, invoice: Invoice) -> SafeString:
        """Show the seller as copied."""
        return stacked([*address_lines(invoice.seller_snapshot), invoice.seller_snapshot.get("vat_id", "")])

    @admin.display(description="buyer")
    def buyer_block(self, invoice: Invoice) -> SafeString:
        """Show the buyer as copied."""
        vat_id = invoice.buyer_snapshot.get("vat_id", "")
        return stacked([*address_lines(invoice.buyer_snapshot), *([vat_id] if vat_id else [])])

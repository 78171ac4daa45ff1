"""Payments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from backoffice.kernel.admin.files import ReadOnlyMixin
from backoffice.kernel.admin.filters import ScopedRelatedFilter
from backoffice.kernel.admin.steps import FormStepsMixin
from finance.admin.actions import CancelPaymentsAction, SettlePaymentsAction
from finance.admin.display import amount, day, link, moment, state_badge
from finance.admin.event import PaymentEventInline
from finance.admin.facts import FactsMixin
from finance.admin.payment_steps import CloseShortStep, RefundStep, SettleStep, lose, record
from finance.models import Payment, Refund
from finance.services.payments import EXPECTED, payment_add, payment_change
from finance.states import PAYMENT_MACHINE
from orders.models import Order
from orders.states import OrderStatus
from products.admin.refusals import RefusalMessageMixin

_TRANSITIONS = ("authorise", "fail", "cancel", "retry", "dispute", "dispute_won", "unsettle")


class PaymentForm(forms.ModelForm[Payment]):
    """A further payment of an order, or the terms of one that is expected."""

    def clean_order(self) -> Order:
        """Take placed orders only."""
        order: Order = self.cleaned_data["order"]
        if order.status not in {OrderStatus.OPEN, OrderStatus.COMPLETED}:
            raise forms.ValidationError(f"Order {order} is {order.get_status_display().lower()}; place it first.")
        return order


class RefundInline(ReadOnlyMixin, BackofficeTabularInline):
    """What was given back of a payment, or is about to be."""

    model = Refund
    fields = ("made", "amount", "state", "reason", "document", "provider_reference", "paid_out")
    readonly_fields = fields
    verbose_name_plural = "refunds"
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join what the rows name."""
        return super().get_queryset(request).select_related("document", "payment__order")

    @admin.display(description="promised")
    def made(self, refund: Refund) -> SafeString:
        """Show when it was promised."""
        return moment(refund.created_at)

    @admin.display(description="paid out")
    def paid_out(self, refund: Refund) -> SafeString:
        """Show when it went out."""
        return moment(refund.succeeded_at)

    @admin.display(description="status")
    def state(self, refund: Refund) -> SafeString:
        """Show the state."""
        return state_badge(refund.status, refund.get_status_display())


@admin.register(Payment)
class PaymentAdmin(FactsMixin, FormStepsMixin, RefusalMessageMixin, BackofficeModelAdmin):
    """What is expected and what came, with the audit of each payment."""

    form = PaymentForm
    list_display = ("order_number", "state", "method", "total", "received", "given_back", "due", "settled")
    list_display_links = ("order_number",)
    list_filter = (
        "status",
        ("method", ScopedRelatedFilter),
        "currency",
        ("due_on", admin.DateFieldListFilter),
        ("settled_at", admin.DateFieldListFilter),
    )
    list_select_related = ("order", "method")
    search_fields = ("order__number__istartswith", "provider_reference__istartswith", "order__email__istartswith")
    search_help_text = "Order number, provider's reference or email"
    ordering = ("-pk",)
    autocomplete_fields = ("order",)
    timeline_children = ["refunds"]
    steps = [SettleStep, CloseShortStep, RefundStep]
    transitions = {PAYMENT_MACHINE: {**{name: record(name) for name in _TRANSITIONS}, "dispute_lost": lose}}
    transition_reasons = frozenset(f"payment.{name}" for name in (*_TRANSITIONS, "dispute_lost"))
    bulk_actions = [SettlePaymentsAction, CancelPaymentsAction]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for what a new payment needs; leave the terms open while money is expected."""
        if obj is None:
            return [(None, {"fields": ("order", "method", "amount", "due_on")})]
        if not self.has_change_permission(request, obj):
            return []
        return [("Terms", {"fields": ("method", "due_on", "provider_reference")})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Terms can be changed while money is expected; money itself moves by events."""
        return super().has_change_permission(request, obj) and (obj is None or obj.status in EXPECTED)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Show refunds once there are some, and the audit."""
        if obj is None:
            return []
        return [RefundInline, PaymentEventInline] if obj.refunds.exists() else [PaymentEventInline]

    def facts(self, request: HttpRequest, obj: Payment) -> list[tuple[str, Any]]:
        """Tell what is expected and what came."""
        return [
            ("Order", link(request.user, obj.order)),
            ("Status", self.state(obj)),
            ("Method", obj.method.name),
            ("Amount", self.total(obj)),
            ("Received", self.received(obj)),
            ("Still open", amount(obj.amount - obj.captured_amount, obj.currency)),
            ("Refunded", self.given_back(obj)),
            ("Due", day(obj.due_on)),
            ("Settled", moment(obj.settled_at)),
            ("Provider's reference", obj.provider_reference),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Payments are cancelled, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Add or change a payment by its service."""
        if change:
            payment_change(payment=obj, method=obj.method, due_on=obj.due_on, provider_reference=obj.provider_reference)
            return
        made = payment_add(order=obj.order, amount=obj.amount, method=obj.method, due_on=obj.due_on)
        obj.pk = made.pk
        obj._state.adding = False
        obj.refresh_from_db()

    @admin.display(description="order", ordering="order__number")
    def order_number(self, payment: Payment) -> str:
        """Name the order."""
        return payment.order.number

    @admin.display(description="status", ordering="status")
    def state(self, payment: Payment) -> SafeString:
        """Show the state."""
        return state_badge(payment.status, payment.get_status_display())

    @admin.display(description="amount", ordering="amount")
    def total(self, payment: Payment) -> SafeString:
        """Show what is expected in all."""
        return amount(payment.amount, payment.currency)

    @admin.display(description="received", ordering="captured_amount")
    def received(self, payment: Payment) -> SafeString:
        """Show what came."""
        return amount(payment.captured_amount, payment.currency)

    @admin.display(description="refunded", ordering="refunded_amount")
    def given_back(self, payment: Payment) -> SafeString:
        """Show what went back."""
        return amount(payment.refunded_amount, payment.currency)

    @admin.display(description="due", ordering="due_on")
    def due(self, payment: Payment) -> SafeString:
        """Show by when."""
        return day(payment.due_on)

    @admin.display(description="settled", ordering="settled_at")
    def settled(self, payment: Payment) -> SafeString:
        """Show when the last of it came."""
        return moment(payment.settled_at)

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
from finance.admin.display import amount, link, state_badge
from finance.admin.event import PaymentEventInline
from finance.admin.payment_steps import RefundStep, SettleStep, lose, record
from finance.models import Payment, Refund
from finance.services.payments import payment_add, payment_change
from finance.states import PAYMENT_MACHINE, PaymentState
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
    fields = ("created_at", "amount", "state", "reason", "document", "provider_reference", "succeeded_at")
    readonly_fields = fields
    verbose_name_plural = "refunds"
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join what the rows name."""
        return super().get_queryset(request).select_related("document", "payment__order")

    @admin.display(description="status")
    def state(self, refund: Refund) -> SafeString:
        """Show the state."""
        return state_badge(refund.status, refund.get_status_display())


@admin.register(Payment)
class PaymentAdmin(FormStepsMixin, RefusalMessageMixin, BackofficeModelAdmin):
    """What is expected and what came, with the audit of each payment."""

    form = PaymentForm
    list_display = ("order_number", "state", "method", "total", "received", "given_back", "due_on", "settled_at")
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
    inlines = (RefundInline, PaymentEventInline)
    autocomplete_fields = ("order",)
    timeline_children = ["refunds"]
    steps = [SettleStep, RefundStep]
    transitions = {PAYMENT_MACHINE: {**{name: record(name) for name in _TRANSITIONS}, "dispute_lost": lose}}
    transition_reasons = frozenset(f"payment.{name}" for name in (*_TRANSITIONS, "dispute_lost"))
    bulk_actions = [SettlePaymentsAction, CancelPaymentsAction]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for what a new payment needs; show what one has."""
        if obj is None:
            return [(None, {"fields": ("order", "method", "amount", "due_on")})]
        return [
            (None, {"fields": (("order_link", "state"), ("total", "received", "given_back"))}),
            ("Terms", {"fields": (("method", "due_on"), ("provider_reference", "settled_at"))}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Leave method, due date and reference open while money is expected; nothing else ever."""
        shown = (*super().get_readonly_fields(request, obj), "state", "total", "received", "given_back", "settled_at")
        if obj is None:
            return shown
        shown += ("order_link",)
        is_expected = obj.status in {PaymentState.PENDING, PaymentState.AUTHORISED, PaymentState.FAILED}
        return shown if is_expected else (*shown, "method", "due_on", "provider_reference")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Remember who looks, for links that depend on it."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.viewer = request.user
        return found

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

    @admin.display(description="order")
    def order_link(self, payment: Any) -> SafeString:
        """Lead to the order, if the user may open it."""
        return link(payment.viewer, payment.order)

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

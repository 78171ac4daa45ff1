"""Refunds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.steps import FormStepsMixin
from finance.admin.display import amount, state_badge
from finance.admin.payment_steps import PaidOutStep, fail
from finance.models import Refund
from finance.states import REFUND_MACHINE


@admin.register(Refund)
class RefundAdmin(FormStepsMixin, BackofficeModelAdmin):
    """Money that goes back: promised on a payment's page, paid out or failed here."""

    list_display = ("pk", "order_number", "state", "total", "reason", "document", "created_at", "succeeded_at")
    list_filter = ("status", ("created_at", admin.DateFieldListFilter), ("succeeded_at", admin.DateFieldListFilter))
    list_select_related = ("payment__order", "document")
    search_fields = ("payment__order__number__istartswith", "provider_reference__istartswith", "reason")
    search_help_text = "Order number, reference or reason"
    ordering = ("-pk",)
    fields = (
        *(("payment", "state"), ("total", "created_at", "succeeded_at")),
        *("reason", ("document", "credit_note_shown"), "provider_reference"),
    )
    steps = [PaidOutStep]
    transitions = {REFUND_MACHINE: {"fail": fail}}
    transition_reasons = frozenset({"refund.fail"})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Show everything, offer nothing to edit."""
        return (
            *("payment", "state", "total", "created_at", "succeeded_at"),
            *("reason", "document", "credit_note_shown", "provider_reference"),
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refunds are promised on the page of their payment."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was promised stays on record."""
        return False

    @admin.display(description="order", ordering="payment__order__number")
    def order_number(self, refund: Refund) -> str:
        """Name the order."""
        return refund.payment.order.number

    @admin.display(description="status", ordering="status")
    def state(self, refund: Refund) -> SafeString:
        """Show the state."""
        return state_badge(refund.status, refund.get_status_display())

    @admin.display(description="amount", ordering="amount")
    def total(self, refund: Refund) -> SafeString:
        """Show the amount."""
        return amount(refund.amount, refund.payment.currency)

    @admin.display(description="credit note")
    def credit_note_shown(self, refund: Refund) -> str:
        """Name the credit note, once there is one."""
        note = getattr(refund, "credit_note", None)
        return "" if note is None else str(note)

"""Refunds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.steps import FormStepsMixin
from finance.admin.display import amount, link, moment, state_badge
from finance.admin.facts import FactsMixin
from finance.admin.payment_steps import PaidOutStep, fail
from finance.models import Refund
from finance.states import REFUND_MACHINE


@admin.register(Refund)
class RefundAdmin(FactsMixin, FormStepsMixin, BackofficeModelAdmin):
    """Money that goes back: promised on a payment's page, paid out or failed here."""

    list_display = ("order_number", "state", "total", "reason", "document", "made", "paid_out")
    list_filter = ("status", ("created_at", admin.DateFieldListFilter), ("succeeded_at", admin.DateFieldListFilter))
    list_select_related = ("payment__order", "document")
    search_fields = ("payment__order__number__istartswith", "provider_reference__istartswith", "reason")
    search_help_text = "Order number, reference or reason"
    ordering = ("-pk",)
    steps = [PaidOutStep]
    transitions = {REFUND_MACHINE: {"fail": fail}}
    transition_reasons = frozenset({"refund.fail"})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Offer nothing to edit."""
        return []

    def facts(self, request: HttpRequest, obj: Refund) -> list[tuple[str, Any]]:
        """Tell what goes back, and why."""
        note = getattr(obj, "credit_note", None)
        return [
            ("Order", link(request.user, obj.payment.order)),
            ("Payment", link(request.user, obj.payment)),
            ("Status", self.state(obj)),
            ("Amount", self.total(obj)),
            ("Promised", moment(obj.created_at)),
            ("Paid out", moment(obj.succeeded_at)),
            ("Return", link(request.user, obj.document) if obj.document else ""),
            ("Credit note", link(request.user, note) if note else ""),
            ("Reference", obj.provider_reference),
            ("Reason", obj.reason),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refunds move by events."""
        return False

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

    @admin.display(description="promised", ordering="created_at")
    def made(self, refund: Refund) -> SafeString:
        """Show when it was promised."""
        return moment(refund.created_at)

    @admin.display(description="paid out", ordering="succeeded_at")
    def paid_out(self, refund: Refund) -> SafeString:
        """Show when it went out."""
        return moment(refund.succeeded_at)

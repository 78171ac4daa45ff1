"""The payment audit: read, never written by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from backoffice.kernel.admin.files import ReadOnlyMixin
from finance.admin.display import amount, moment
from finance.models import PaymentEvent
from orders.admin.display import stacked


class EventColumns:
    """Columns that list and inline share."""

    @admin.display(description="amount")
    def amount_shown(self, event: PaymentEvent) -> SafeString:
        """Show the money that moved."""
        return amount(event.amount, event.payment.currency)

    @admin.display(description="when", ordering="at")
    def when(self, event: PaymentEvent) -> SafeString:
        """Show the time."""
        return moment(event.at)

    @admin.display(description="what", ordering="kind")
    def what(self, event: PaymentEvent) -> SafeString:
        """Show what happened, and the state before and after."""
        return stacked([event.kind.replace("_", " "), self.change(event)])

    @admin.display(description="who and why")
    def who(self, event: PaymentEvent) -> SafeString:
        """Name the person, else the job, and the reason."""
        return stacked(filter(None, (str(event.user or event.job or ""), event.reason)))

    @admin.display(description="hash")
    def short_hash(self, event: PaymentEvent) -> SafeString:
        """Show the beginning of the hash, and all of it on pointing."""
        return format_html('<code title="{}">{}</code>', event.hash, event.hash[:10])

    @admin.display(description="status")
    def change(self, event: PaymentEvent) -> str:
        """Show the state before and after."""
        if event.source_status == event.target_status:
            return event.target_status
        return f"{event.source_status or '–'} → {event.target_status}"


class PaymentEventInline(EventColumns, ReadOnlyMixin, BackofficeTabularInline):
    """All that happened to a payment, in order."""

    model = PaymentEvent
    fields = ("sequence", "when", "what", "amount_shown", "reference", "who", "short_hash")
    readonly_fields = fields
    ordering = ("sequence",)
    verbose_name_plural = "events"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join what the rows name."""
        return super().get_queryset(request).select_related("payment", "user", "job")


@admin.register(PaymentEvent)
class PaymentEventAdmin(EventColumns, ReadOnlyMixin, BackofficeModelAdmin):
    """The chain of all payment events."""

    list_display = ("sequence", "when", "payment", "what", "amount_shown", "reference", "who", "short_hash")
    list_filter = ("kind", ("at", admin.DateFieldListFilter))
    list_select_related = ("payment__order", "user", "job")
    search_fields = ("reference", "payment__order__number")
    search_help_text = "Reference or order number"
    ordering = ("-sequence",)
    fields = (
        *("sequence", "payment", "at", "kind", "change", "amount_shown", "reference", "who", "origin"),
        *("previous_hash", "hash"),
    )
    readonly_fields = fields

"""Closed periods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.steps import FormStep, FormStepsMixin
from finance.admin.display import day, moment
from finance.admin.facts import FactsMixin
from finance.models import PeriodLock
from finance.services.periods import period_close, period_harden, period_lift
from products.admin.refusals import RefusalMessageMixin


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=200, help_text="Kept in the history.", widget=forms.Textarea(attrs={"rows": 2}))


class LiftStep(FormStep):
    """Reopen the days."""

    name = "lift"
    label = "Reopen"
    permission = "finance.close_period"
    description = "Documents and payments can then be dated on these days again. Who reopened them, and why, is kept."
    form_class = ReasonForm

    def is_offered(self, obj: PeriodLock) -> bool:
        """Offer it for soft locks that hold."""
        return not obj.is_hard and obj.lifted_at is None

    def run(self, obj: PeriodLock, data: dict[str, Any], key: str) -> str:
        """Reopen."""
        period_lift(lock=obj, reason=data["reason"])
        return f"{obj} is open again."


class HardenStep(FormStep):
    """Close for ever."""

    name = "harden"
    label = "Close for ever"
    permission = "finance.close_period"
    description = "Nobody can reopen these days afterwards."
    form_class = ReasonForm

    def is_offered(self, obj: PeriodLock) -> bool:
        """Offer it for soft locks that hold."""
        return not obj.is_hard and obj.lifted_at is None

    def run(self, obj: PeriodLock, data: dict[str, Any], key: str) -> str:
        """Close for ever."""
        period_harden(lock=obj, reason=data["reason"])
        return f"{obj} is closed for ever."


@admin.register(PeriodLock)
class PeriodLockAdmin(FactsMixin, FormStepsMixin, RefusalMessageMixin, BackofficeModelAdmin):
    """Days that take no more postings."""

    list_display = ("period", "state", "reason", "locked_by", "created_at", "lifted_at")
    list_filter = ("is_hard", ("date_to", admin.DateFieldListFilter))
    list_select_related = ("locked_by",)
    ordering = ("-date_to",)
    steps = [LiftStep, HardenStep]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the days; a lock is made once, what follows are steps."""
        return [] if obj else [(None, {"fields": ("date_from", "date_to", "is_hard", "reason")})]

    def facts(self, request: HttpRequest, obj: PeriodLock) -> list[tuple[str, Any]]:
        """Tell which days are closed, by whom and why."""
        return [
            ("From", day(obj.date_from)),
            ("To", day(obj.date_to)),
            ("Status", self.state(obj)),
            ("Closed", moment(obj.created_at)),
            ("By", obj.locked_by or ""),
            ("Reason", obj.reason),
            ("Reopened", moment(obj.lifted_at)),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Locks are lifted or made final, by steps of their own."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Closing has a permission of its own."""
        return super().has_add_permission(request) and request.user.has_perm("finance.close_period")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Locks are lifted, which is logged; they never vanish."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Close the period by its service."""
        made = period_close(date_from=obj.date_from, date_to=obj.date_to, is_hard=obj.is_hard, reason=obj.reason)
        obj.pk = made.pk
        obj._state.adding = False
        obj.refresh_from_db()

    @admin.display(description="period", ordering="date_from")
    def period(self, lock: PeriodLock) -> str:
        """Name the days."""
        return str(lock)

    @admin.display(description="status")
    def state(self, lock: PeriodLock) -> SafeString:
        """Say whether the days are closed."""
        if lock.lifted_at is not None:
            return format_html('<span class="badge text-bg-light border">{}</span>', "Reopened")
        text = "Closed for ever" if lock.is_hard else "Closed"
        return format_html(
            '<span class="badge {}">{}</span>', "text-bg-dark" if lock.is_hard else "text-bg-primary", text
        )

"""The ModelAdmin and inlines that every app's admin is made of."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import PAGE_VAR
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.kernel.admin import filters  # noqa: F401 - puts scoped filters in the place of Django's
from backoffice.kernel.admin.access import FieldAccessMixin
from backoffice.kernel.admin.actions.page import BulkActionsMixin
from backoffice.kernel.admin.change_list import BackofficeChangeList
from backoffice.kernel.admin.history_pages import HistoryAdminMixin
from backoffice.kernel.admin.paging import FirstPagePaginator
from backoffice.kernel.admin.scoped import ScopedMixin, ScopedPagesMixin, ThroughMixin
from backoffice.kernel.admin.transfers.list_tools import ListToolsMixin
from backoffice.kernel.admin.transitions import TransitionButtonsMixin
from backoffice.kernel.admin.versions import VersionCheckMixin
from backoffice.kernel.history.timeline.sources import is_tracked


class BackofficeModelAdmin(
    ScopedPagesMixin,
    FieldAccessMixin,
    VersionCheckMixin,
    TransitionButtonsMixin,
    HistoryAdminMixin,
    BulkActionsMixin,
    ListToolsMixin,
    admin.ModelAdmin[Any],
):
    """Base of every page of the admin: scope, field access, stale-save check, transitions, history, bulk actions."""

    list_per_page = 100
    show_full_result_count = False
    paginator = FirstPagePaginator

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the list that asks the database no more than it must."""
        return BackofficeChangeList

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any) -> Any:
        """Tell the paginator whether the first page is asked for."""
        paginator: Any = super().get_paginator(request, queryset, per_page, *args, **kwargs)
        # A list names its page “p”, the answer to an autocomplete field “page”.
        paginator.wants_first = {request.GET.get(PAGE_VAR, "1"), request.GET.get("page", "1")} == {"1"}
        return paginator

    def action_checkbox(self, obj: Any) -> SafeString:
        """Return the box that selects a row, as Django's widget writes it; its template costs more than the row."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            format_html(_("Select this object for an action - {}"), obj),
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Tell the page whether there is a history to link to."""
        context["has_history"] = is_tracked(self.model)
        return super().render_change_form(request, context, *args, **kwargs)

    # History tells who changed what; the admin's own log would only copy names into another table,
    # where no erasure of personal data would find them.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Leave it to the history."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Leave it to the history."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        """Leave it to the history."""


class BackofficeTabularInline(ThroughMixin, ScopedMixin, FieldAccessMixin, admin.TabularInline[Any, Any]):
    """Base of every table of children on a page."""

    extra = 0


class BackofficeStackedInline(ThroughMixin, ScopedMixin, FieldAccessMixin, admin.StackedInline[Any, Any]):
    """Base of every list of child forms on a page."""

    extra = 0

"""The log of exports."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.transfers.models import Export


@admin.register(Export)
class ExportAdmin(BackofficeModelAdmin):
    """Who took which columns of which rows, and when."""

    list_display = ("kind", "format", "rows", "owner", "created_at", "complete", "source")
    list_filter = ("kind", "format", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "kind")
    readonly_fields = (
        "kind",
        "format",
        "columns",
        "filters",
        "rows",
        "complete",
        "owner",
        "source",
        "created_at",
        "seconds",
    )
    ordering = ("-pk",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The log writes itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The log stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The log stays as it is."""
        return False

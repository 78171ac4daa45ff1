"""Stored files and their downloads in the admin. Read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from backoffice.kernel.files.models import FileAccess, StoredFile


class ReadOnlyMixin:
    """Nobody adds, changes or deletes these rows by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False


class FileAccessInline(ReadOnlyMixin, BackofficeTabularInline):
    """Who downloaded a file."""

    model = FileAccess
    fields = ["user", "at", "address"]
    readonly_fields = ["user", "at", "address"]
    verbose_name_plural = "downloads"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join the people, who are named in each row."""
        return super().get_queryset(request).select_related("user")


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyMixin, BackofficeModelAdmin):
    """Uploads and generated documents."""

    list_display = ["name", "purpose", "size_shown", "owner", "created_at", "download"]
    list_filter = ["purpose"]
    list_select_related = ["owner"]
    search_fields = ["name", "digest"]
    fields = ["name", "purpose", "content_type", "size_shown", "digest", "owner", "created_at", "download"]
    readonly_fields = ["name", "purpose", "content_type", "size_shown", "digest", "owner", "created_at", "download"]
    inlines = [FileAccessInline]
    ordering = ["-pk"]

    @admin.display(description=_("size"), ordering="size")
    def size_shown(self, file: StoredFile) -> str:
        """Return the size for people."""
        return filesizeformat(file.size)

    @admin.display(description="")
    def download(self, file: StoredFile) -> str:
        """Return the link to the content."""
        return format_html('<a href="{}">{}</a>', reverse("file", args=[file.pk]), _("Download"))


@admin.register(FileAccess)
class FileAccessAdmin(ReadOnlyMixin, BackofficeModelAdmin):
    """Who downloaded which file when."""

    list_display = ["file", "user", "at", "address"]
    list_select_related = ["file", "user"]
    search_fields = ["file__name", "user__email"]
    date_hierarchy = "at"

"""The list of uploads."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.html import format_html

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.transfers.upload_pages import UploadPagesMixin
from backoffice.kernel.transfers.kinds import transfer_kinds
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.states import UploadState

STATE_COLOURS = {
    UploadState.APPLIED: "succeeded",
    UploadState.FAILED: "failed",
    UploadState.CANCELLED: "cancelled",
    UploadState.UNDONE: "cancelled",
    UploadState.PLANNED: "running",
    UploadState.AWAITING_APPROVAL: "cancelled",
}


@admin.register(Upload)
class UploadAdmin(UploadPagesMixin, BackofficeModelAdmin):
    """Who uploaded what, what it came to, and its way back."""

    list_display = ("file_name", "kind", "state_badge", "owner", "created_at", "counts", "seconds_spent")
    list_filter = ("kind", "state", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email")
    ordering = ("-pk",)
    readonly_fields = tuple(field.name for field in Upload._meta.fields)
    actions = None

    def get_urls(self) -> list[Any]:
        """Add the steps of an upload."""
        wrap = self.admin_site.admin_view
        steps = [
            path(f"<int:pk>/{name}/", wrap(getattr(self, f"{name}_view")), name=f"kernel_upload_{name}")
            for name in ("read", "map", "check", "apply", "approve", "discard", "undo", "errors", "keep")
        ]
        return [*steps, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        """Show a person's own uploads, and others' of the kinds that the person may upload or approve."""
        rows: QuerySet[Upload] = super().get_queryset(request)
        kinds = [kind.name for kind in transfer_kinds() if request.user.has_perm(kind.permission)]
        if request.user.has_perm("kernel.approve_upload") or not request.user.has_perm("kernel.add_upload"):
            # Those who answer for uploads, and those who only read, see all that their scope shows.
            return rows
        return rows.filter(Q(owner=request.user.pk) | Q(kind__in=kinds))

    @admin.display(description="File", ordering="name")
    def file_name(self, upload: Upload) -> str:
        """Return the file's name."""
        return upload.name

    @admin.display(description="State", ordering="state")
    def state_badge(self, upload: Upload) -> str:
        """Return the state in its colour."""
        colour = STATE_COLOURS.get(UploadState(upload.state), "queued")
        return format_html('<span class="badge bo-state-{}">{}</span>', colour, upload.get_state_display())

    @admin.display(description="Rows")
    def counts(self, upload: Upload) -> str:
        """Return the counts that are not zero."""
        names = ("created", "updated", "unchanged", "failed", "skipped")
        parts = [f"{getattr(upload, name):,} {name}" for name in names if getattr(upload, name)]
        return ", ".join(parts) or "–"

    @admin.display(description="Seconds")
    def seconds_spent(self, upload: Upload) -> str:
        """Return how long checking and applying took."""
        return f"{upload.seconds:.1f}"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Uploads are discarded or undone; the record stays."""
        return False

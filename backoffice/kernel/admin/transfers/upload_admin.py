"""The list of uploads: who uploaded what, what it came to, its way back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, QuerySet, Value
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.filters import ScopedRelatedOnlyFilter
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.admin.transfers.file_pages import UploadFilePagesMixin
from backoffice.kernel.admin.transfers.forms import allowed_kinds
from backoffice.kernel.admin.transfers.steps import UploadStepsMixin
from backoffice.kernel.admin.transfers.telling import state_shown
from backoffice.kernel.admin.transfers.upload_pages import UploadPagesMixin
from backoffice.kernel.templatetags.backoffice import duration
from backoffice.kernel.transfers.kinds import UnknownTransferKind, transfer_kind, transfer_kinds
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.selectors import uploads_visible, uploads_waiting
from backoffice.kernel.transfers.states import UploadState

STEPS = ("read", "map", "check", "choose", "apply", "approve", "discard", "undo", "errors", "keep", "status")
_COUNTS = (
    ("created", "new"),
    ("updated", "changed"),
    ("unchanged", "unchanged"),
    ("failed", "wrong"),
    ("skipped", "left out"),
)


class KindFilter(admin.SimpleListFilter):
    """The kinds by what people call them."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the registered kinds."""
        return [(kind.name, kind.label.capitalize()) for kind in transfer_kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Upload]) -> QuerySet[Upload]:
        """Show uploads of one kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Upload)
class UploadAdmin(UploadPagesMixin, UploadStepsMixin, UploadFilePagesMixin, BackofficeModelAdmin):
    """Who uploaded what, what it came to, and its way back."""

    change_list_template = "admin/transfers/list.html"
    list_display = (
        "file_name",
        "kind_shown",
        "state_badge",
        "owner",
        "when",
        "counts",
        "mapping_shown",
        "took",
        "download",
    )
    list_filter = (KindFilter, "state", ("owner", ScopedRelatedOnlyFilter), "created_at")
    list_select_related = ("owner", "undo_job__owner")
    search_fields = ("name", "owner__email")
    search_help_text = "File, or who uploaded it"
    ordering = ("-pk",)
    readonly_fields = tuple(field.name for field in Upload._meta.fields)
    actions = None

    def get_urls(self) -> list[Any]:
        """Add the steps of an upload, the help and the templates of its kinds."""
        wrap = self.admin_site.admin_view
        steps = [
            path(f"<int:pk>/{name}/", wrap(getattr(self, f"{name}_view")), name=f"kernel_upload_{name}")
            for name in STEPS
        ]
        kinds = [
            path("help/<slug:kind>/", wrap(self.help_view), name="kernel_upload_help"),
            path("template/<slug:kind>.<slug:file_format>", wrap(self.template_view), name="kernel_upload_template"),
        ]
        return [*steps, *kinds, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        """Show a person's own uploads, and others' of the kinds that the person may upload or approve."""
        rows: QuerySet[Upload] = (
            super().get_queryset(request).filter(pk__in=uploads_visible(request.user).order_by().values("pk"))
        )
        # Names of the house's people are for the house.
        return rows.annotate(for_house=Value(is_house(request), output_field=BooleanField()))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Tell approvers what waits for them, and offer the help of each kind."""
        waiting = uploads_waiting(request.user)
        kinds = allowed_kinds(request.user)
        context = {
            "waiting": waiting,
            "waiting_url": f"?state__exact={UploadState.AWAITING_APPROVAL.value}",
            "help_kind": kinds[0].name if kinds else "",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only those who may upload some kind of file find the page for it."""
        return bool(super().has_add_permission(request) and allowed_kinds(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Uploads are discarded or undone; the record stays."""
        return False

    @admin.display(description="File", ordering="name")
    def file_name(self, upload: Upload) -> str:
        """Return the file's name."""
        return upload.name

    @admin.display(description="Kind", ordering="kind")
    def kind_shown(self, upload: Upload) -> str:
        """Return what people call the kind."""
        try:
            return transfer_kind(upload.kind).label.capitalize()
        except UnknownTransferKind:
            return upload.kind

    @admin.display(description="State", ordering="state")
    def state_badge(self, upload: Upload) -> str:
        """Return the state in its colour, and when the upload was taken back; to the house also by whom."""
        badge = format_html('<span class="badge bo-upload-{}">{}</span>', *state_shown(upload))
        if upload.undone_at is None:
            return badge
        who = upload.undo_job.owner if upload.undo_job is not None and _for_house(upload) else None
        when = date_format(localtime(upload.undone_at), "SHORT_DATETIME_FORMAT")
        told = f"{when}, {who}" if who is not None else when
        return format_html('{}<div class="small text-secondary bo-undone">{}</div>', badge, told)

    @admin.display(description="When", ordering="created_at")
    def when(self, upload: Upload) -> str:
        """Return when the file came in."""
        return date_format(localtime(upload.created_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description="Rows")
    def counts(self, upload: Upload) -> str:
        """Return the counts that are not zero, and how many warnings there are."""
        parts = [f"{getattr(upload, name):,} {word}" for name, word in _COUNTS if getattr(upload, name)]
        text = ", ".join(parts) or "–"
        if not upload.warnings:
            return text
        warned = f"{len(upload.warnings)} {'warning' if len(upload.warnings) == 1 else 'warnings'}"
        return format_html('{}<div class="small text-secondary">{}</div>', text, warned)

    @admin.display(description="Mapping")
    def mapping_shown(self, upload: Upload) -> str:
        """Return the saved mapping or the recognised system, or that the columns were told by their names."""
        saved, shape = upload.mapping.get("saved"), upload.mapping.get("shape")
        if saved:
            return f"“{saved}”"
        if shape:
            return _shape_label(upload.kind, shape)
        hows = {match["how"] for match in upload.mapping.get("matches", [])}
        return "by hand" if "chosen" in hows else "by names" if hows else "–"

    @admin.display(description="Took")
    def took(self, upload: Upload) -> str:
        """Return how long checking and applying took."""
        return "–" if not upload.seconds else "< 1 s" if upload.seconds < 1 else duration(upload.seconds)

    @admin.display(description="")
    def download(self, upload: Upload) -> str:
        """Return the link to the file."""
        return format_html('<a href="{}">{}</a>', reverse("file", args=[upload.file_id]), "Download")


def _for_house(upload: Upload) -> bool:
    """Say whether the list that an upload stands in is the house's."""
    return bool(upload.for_house)  # type: ignore[attr-defined]  # annotated by get_queryset


def _shape_label(kind: str, shape: str) -> str:
    try:
        found = transfer_kind(kind).shape(shape)
    except UnknownTransferKind:
        return shape
    return found.label if found is not None else shape

"""The list and the page of jobs. Read-only but for stop, repeat and undo."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.jobs.pages import JobPagesMixin
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.registry import kind_label
from backoffice.kernel.jobs.selectors import jobs_visible
from backoffice.kernel.templatetags.backoffice import duration

COLOURS = {
    JobState.QUEUED: "secondary",
    JobState.RUNNING: "info",
    JobState.SUCCEEDED: "success",
    JobState.FAILED: "danger",
    JobState.CANCELLED: "warning",
}


class WhoseFilter(admin.SimpleListFilter):
    """My jobs, or everybody's where that is allowed."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer everybody's only to those who may see them."""
        if request.user.has_perm("kernel.viewall_job") or request.user.has_perm("kernel.manage_job"):
            return [("mine", _("Mine")), ("all", _("Everybody's"))]
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Show my own jobs unless all are asked for."""
        return queryset if self.value() == "all" else queryset.filter(owner_id=request.user.pk)

    def choices(self, changelist: Any) -> Any:
        """Leave out the entry for no choice: mine is the default."""
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or "mine") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


class JobKindFilter(admin.SimpleListFilter):
    """The kinds of jobs that there are, by what people call them."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the kinds of the jobs that the user may open."""
        kinds = jobs_visible(request.user).order_by().values_list("kind", flat=True).distinct()
        return sorted(((kind, kind_label(kind)) for kind in kinds), key=lambda item: item[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Show jobs of one kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(JobPagesMixin, BackofficeModelAdmin):
    """What runs, what ran, and what it did."""

    list_display = ["title_shown", "state_shown", "progress_shown", "owner", "created_at", "took"]
    list_filter = [WhoseFilter, "state", JobKindFilter]
    list_select_related = ["owner"]
    search_fields = ["title", "kind"]
    search_help_text = "What the job is"
    ordering = ["-pk"]
    change_form_template = "admin/job.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """Return the jobs that the user may open."""
        return jobs_visible(request.user).select_related("owner", "undoes")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Jobs are made by what they do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Jobs change by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History names jobs for ever."""
        return False

    def get_urls(self) -> list[Any]:
        """Add the pages and actions of one job."""
        view = self.admin_site.admin_view
        own: list[Any] = [
            path("mine/", view(self.mine_view), name="kernel_job_mine"),
            path("<int:pk>/status/", view(self.status_view), name="kernel_job_status"),
            path("<int:pk>/cancel/", view(self.cancel_view), name="kernel_job_cancel"),
            path("<int:pk>/retry/", view(self.retry_view), name="kernel_job_retry"),
            path("<int:pk>/undo/", view(self.undo_view), name="kernel_job_undo"),
            path("<int:pk>/changes/<str:label>/", view(self.changes_view), name="kernel_job_changes"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("job"), ordering="pk")
    def title_shown(self, job: Job) -> str:
        """Return what the job is."""
        return str(job)

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, job: Job) -> str:
        """Return the state as a coloured badge."""
        colour = COLOURS[JobState(job.state)]
        return format_html('<span class="badge text-bg-{}">{}</span>', colour, job.get_state_display())

    @admin.display(description=_("done"))
    def progress_shown(self, job: Job) -> str:
        """Return rows done of rows in all."""
        if job.total is None:
            return f"{job.done:,}" if job.done else ""
        return f"{job.done:,} / {job.total:,}"

    @admin.display(description=_("took"))
    def took(self, job: Job) -> str:
        """Return how long the job worked."""
        if job.started_at is None or job.finished_at is None:
            return ""
        return duration(job.finished_at - job.started_at)

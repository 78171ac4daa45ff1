"""The pages and actions of one job."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from backoffice.kernel.addresses import number_in
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.admin.undo_plans import undo_context
from backoffice.kernel.history.timeline import Source, job_source, timeline_page
from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.history.undo import UndoRefused, job_in_force, undo_request
from backoffice.kernel.jobs.changes import job_changes
from backoffice.kernel.jobs.models import Job, JobLogEntry, JobState
from backoffice.kernel.jobs.progress import progress_of
from backoffice.kernel.jobs.registry import kind_label
from backoffice.kernel.jobs.selectors import jobs_at_work, jobs_visible, may_manage
from backoffice.kernel.jobs.services import job_cancel, job_retry
from backoffice.kernel.scope.rules import visible
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.selectors import uploads_of_jobs

LOG_LINES = 200
# How Python begins one.
TRACE = "Traceback (most recent call last)"
KNOWN_JOBS = 50
# Shown by the page itself, so not repeated among the results.
_TOLD = frozenset({"refused", "conflict_list", "no_undo", "hooks", "plan"})


def _page_of(job: Job, uploads: dict[int, Upload]) -> str:
    """Return the page that tells how a job ended: the upload's, where it worked on one."""
    if job.pk in uploads:
        return reverse("admin:kernel_upload_change", args=[uploads[job.pk].pk])
    return reverse("admin:kernel_job_change", args=[job.pk])


def _log(request: HttpRequest, job: Job) -> list[JobLogEntry]:
    """Return the last lines of a job's log; traces, which show the inside, are for the house."""
    lines = job.log.order_by("-pk")
    if not is_house(request):
        lines = lines.exclude(message__startswith=TRACE)
    return list(lines[:LOG_LINES])[::-1]


class JobPagesMixin:
    """What can be seen of a job, and done with it."""

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Show a job: progress, log, result, what it changed."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        job = self._job_or_404(request, number_in(object_id) or 0)
        finished = job.state in JobState.finished()
        undone_by = list(job.undone_by.order_by("-pk")) if finished else []
        manages = may_manage(request.user, job)
        changes = job_changes(job.pk) if finished else []
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": str(job),
            "opts": Job._meta,
            "job": job,
            "progress": progress_of(job),
            "finished": finished,
            "log": _log(request, job),
            "kind_label": kind_label(job.kind),
            "result": [
                (key.replace("_", " "), _counted(value)) for key, value in job.result.items() if key not in _TOLD
            ],
            "refused": job.result.get("refused", []),
            # Of every row and by whom it was touched: only for the house, which may read all of that.
            "conflicts": job.result.get("conflict_list", []) if is_house(request) else [],
            "changes": [(entry, self._may_view(request, entry.model)) for entry in changes],
            "undone_by": undone_by,
            "upload": uploads_of_jobs([job.pk], request.user).get(job.pk),
            "may_cancel": manages and not finished and not job.cancel_requested,
            "may_retry": manages and job.state in (JobState.FAILED, JobState.CANCELLED) and not undone_by,
            "may_undo": manages and finished and bool(changes) and not job.result.get("no_undo") and not undone_by,
            "no_undo": job.result.get("no_undo", ""),
            "list_url": reverse("admin:kernel_job_changelist"),
        }
        return TemplateResponse(request, "admin/job.html", context)

    def status_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return a job's progress as JSON."""
        return JsonResponse(progress_of(self._job_or_404(request, pk)))

    def mine_view(self, request: HttpRequest) -> HttpResponse:
        """Return my jobs at work, and those named in ``known``, as JSON."""
        known = list(filter(None, map(number_in, request.GET.get("known", "").split(",")[:KNOWN_JOBS])))
        own = Job.objects.filter(owner_id=request.user.pk)
        found = {job.pk: job for job in jobs_at_work(request.user)[:KNOWN_JOBS]}
        found |= {job.pk: job for job in own.filter(pk__in=known)}
        uploads = uploads_of_jobs(found, request.user)
        jobs = [{**progress_of(job), "url": _page_of(job, uploads)} for job in found.values()]
        return JsonResponse({"jobs": jobs})

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop a job."""
        return self._do(request, pk, job_cancel, _("Will stop: %s"), _("It had finished already: %s"))

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Run a failed or stopped job again."""
        return self._do(request, pk, job_retry, _("Queued again: %s"), _("There is nothing to repeat: %s"))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what undoing a job would do (GET), and undo it (POST)."""
        job = self._job_or_404(request, pk)
        if not may_manage(request.user, job):
            raise PermissionDenied
        page = reverse("admin:kernel_job_change", args=[pk])
        if request.method == "POST":
            try:
                undo, new = undo_request(job=job, owner=request.user)
            except UndoRefused as error:
                messages.error(request, str(error))
                return HttpResponseRedirect(page)
            if not new:
                messages.warning(request, _("It is being undone already."))
            elif undo.state == JobState.SUCCEEDED:
                messages.success(request, _("Undone: %s") % job)
            elif undo.state == JobState.FAILED:
                messages.error(request, undo.error)
            return HttpResponseRedirect(reverse("admin:kernel_job_change", args=[undo.pk]))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Undo: %s") % job,
            "opts": Job._meta,
            "job": job,
            **undo_context(request, job_in_force(job)),
            "page_url": page,
            "list_url": reverse("admin:kernel_job_changelist"),
        }
        return TemplateResponse(request, "admin/job_undo.html", context)

    def changes_view(self, request: HttpRequest, pk: int, label: str) -> HttpResponse:
        """List what a job did to the rows of one model."""
        job = self._job_or_404(request, pk)
        try:
            model: type[Model] = apps.get_model(label)
        except (LookupError, ValueError):
            raise Http404("There is no such model.") from None
        if not is_tracked(model):
            raise Http404("This model has no history.")
        if not self._may_view(request, model):
            raise PermissionDenied
        source = self._changes_source(request, job, model)
        page = timeline_page([source], user=request.user, number=number_in(request.GET.get("p")) or 1)
        opts: Any = model._meta
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("%(job)s: %(rows)s") % {"job": job, "rows": opts.verbose_name_plural},
            "opts": Job._meta,
            "job": job,
            "model_opts": opts,
            "page": page,
            "change_url_name": self._change_url_name(model),
            "page_url": reverse("admin:kernel_job_change", args=[pk]),
            "list_url": reverse("admin:kernel_job_changelist"),
        }
        return TemplateResponse(request, "admin/job_changes.html", context)

    def _job_or_404(self, request: HttpRequest, pk: int) -> Job:
        if not request.user.has_perm("kernel.view_job"):
            raise PermissionDenied
        job = jobs_visible(request.user).select_related("owner", "undoes").filter(pk=pk).first()
        if job is None:
            raise Http404(f"There is no job {pk}.")
        return job

    def _do(self, request: HttpRequest, pk: int, service: Any, done: str, not_done: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        job = self._job_or_404(request, pk)
        if not may_manage(request.user, job):
            raise PermissionDenied
        if service(job=job):
            messages.success(request, done % job)
        else:
            messages.warning(request, not_done % job)
        return HttpResponseRedirect(reverse("admin:kernel_job_change", args=[pk]))

    def _may_view(self, request: HttpRequest, model: type[Model]) -> bool:
        opts = model._meta
        return bool(request.user.has_perm(f"{opts.app_label}.view_{opts.model_name}"))

    def _changes_source(self, request: HttpRequest, job: Job, model: type[Model]) -> Source:
        """Return a job's history rows of a model; outside the house limited to visible rows and shown fields."""
        if is_house(request):
            return job_source(model, job.pk)
        registered: Any = self.admin_site._registry.get(model)  # type: ignore[attr-defined]  # noqa: SLF001 - the only list of them
        fields = registered.shown_fields(request) if hasattr(registered, "shown_fields") else ()
        seen = visible(model._default_manager.all(), request.user).values("pk")
        source = job_source(model, job.pk, fields)
        return Source(model, source.where & Q(**{f"{source.key}__in": seen}), source.fields, is_child=True)

    def _change_url_name(self, model: type[Model]) -> str:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        try:
            reverse(name, args=[1])
        except NoReverseMatch:
            return ""
        return name


def _counted(value: Any) -> Any:
    """Return a number with its thousands apart, and anything else as it is."""
    return f"{value:,}" if type(value) is int else value

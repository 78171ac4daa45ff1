"""The confirm page of bulk actions, as a part of every ModelAdmin."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backoffice.kernel.admin.actions.action import ActionPlan, BulkAction
from backoffice.kernel.admin.actions.work import JOB_KIND, permission_of
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_enqueue, job_run_here
from backoffice.kernel.labels import labelled
from backoffice.kernel.selections.models import SelectedRow, Selection
from backoffice.kernel.selections.services import selection_create, selection_narrow

ROWS_SHOWN = 20
REFUSALS_SHOWN = 20


class BulkActionsMixin:
    """Offers the classes in ``bulk_actions``; each leads to a confirm page before anything happens."""

    bulk_actions: list[type[BulkAction]] = []
    bulk_confirm_template = "admin/bulk_action.html"

    def bulk_action(self, name: str) -> BulkAction:
        """Return the action of this name.

        Raises:
            LookupError: there is none.
        """
        for entry in self.bulk_actions:
            action = entry()
            if action.name == name:
                return action
        raise LookupError(f"There is no action {name!r}.")

    def may_run(self, request: HttpRequest, action: BulkAction) -> bool:
        """Say whether the request's user may run an action."""
        return bool(request.user.has_perm(permission_of(action, self.model)))  # type: ignore[attr-defined]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Add the bulk actions that the user may run."""
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        for entry in self.bulk_actions:
            action = entry()
            if self.may_run(request, action):
                actions[action.name] = (_starter(action), action.name, action.label)
        return actions

    def get_urls(self) -> list[Any]:
        """Add the confirm page."""
        info = self.opts.app_label, self.opts.model_name  # type: ignore[attr-defined]
        page = self.admin_site.admin_view(self.bulk_confirm_view)  # type: ignore[attr-defined]
        return [
            path("action/<uuid:key>/", page, name="{}_{}_bulk_action".format(*info)),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def bulk_confirm_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Show what an action would do to a selection, and do it when confirmed.

        Only the person who made the selection sees it.
        """
        selection = Selection.objects.filter(
            public_id=key,
            owner=request.user.pk,
            model_label=self.opts.label_lower,  # type: ignore[attr-defined]
        ).first()
        if selection is None:
            raise Http404("There is no such selection.")
        action = self.bulk_action(selection.action)
        if not self.may_run(request, action):
            raise PermissionDenied
        if selection.job is not None:
            messages.warning(request, _("This was confirmed before and is done once."))
            return self._after(request, selection.job)
        data = request.POST if request.method == "POST" else None
        form = action.get_form(data, request.user)
        if form is not None and data is None:
            form = _filled_in(action, form, request.user)
        plan = None
        if form is None or (form.is_bound and form.is_valid()):
            values = dict(form.cleaned_data) if form is not None else {}
            plan = action.plan(self._selected(request, selection), request.user, values)
        if request.method == "POST" and "apply" in request.POST and plan is not None and plan.applicable:
            if request.POST.get("previewed") == _fingerprint(form, plan):
                return self._after(request, self._apply(request, selection, action, form, plan))
            messages.warning(request, _("This is not what was shown before. Look again, then confirm."))
        return self._confirm_page(request, selection, action, form, plan)

    def _selected(self, request: HttpRequest, selection: Selection) -> QuerySet[Any]:
        ids = SelectedRow.objects.filter(selection=selection).values("object_id")
        return self.get_queryset(request).filter(pk__in=ids)  # type: ignore[attr-defined,no-any-return]

    def _apply(
        self, request: HttpRequest, selection: Selection, action: BulkAction, form: Any, plan: ActionPlan
    ) -> Job:
        count = len(plan.applicable)
        here = count <= action.inline_limit
        with transaction.atomic():
            job, new = job_enqueue(
                kind=JOB_KIND,
                params={"selection": str(selection.public_id), "data": form.data.urlencode() if form else ""},
                owner=request.user,
                title=action.title(count),
                idempotency_key=f"action:{selection.public_id}",
                total=count,
                here=here,
            )
            if new:
                selection_narrow(selection=selection, ids=plan.applicable)
                Selection.objects.filter(pk=selection.pk).update(job=job)
        if not new:
            messages.warning(request, _("This was confirmed before and is done once."))
        elif here:
            job = job_run_here(job=job)
        return job

    def _after(self, request: HttpRequest, job: Job) -> HttpResponse:
        """Tell what happened: back to the list when it is done, to the job's page while it works."""
        page = reverse("admin:kernel_job_change", args=[job.pk])
        may_open = request.user.has_perm("kernel.view_job")
        if job.state not in JobState.finished() and may_open:
            return HttpResponseRedirect(page)
        text = _outcome(job)
        file = job.result.get("download")
        if file:
            text = format_html(
                '{} <a href="{}" class="alert-link" target="_blank">{}</a>', text, file, _("Open the file")
            )
        elif may_open:
            text = format_html('{} <a href="{}" class="alert-link">{}</a>', text, page, _("Details and undo"))
        level = {JobState.FAILED: messages.ERROR, JobState.SUCCEEDED: messages.SUCCESS}.get(
            JobState(job.state), messages.INFO
        )
        messages.add_message(request, level, text)
        return HttpResponseRedirect(self._list_url(request))

    def _list_url(self, request: HttpRequest) -> str:
        """Return the list as it was filtered when the rows were ticked."""
        opts = self.opts  # type: ignore[attr-defined]
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        filters = self.get_preserved_filters(request)  # type: ignore[attr-defined]
        return add_preserved_filters({"preserved_filters": filters, "opts": opts}, url)

    def _confirm_page(
        self, request: HttpRequest, selection: Selection, action: BulkAction, form: Any, plan: ActionPlan | None
    ) -> HttpResponse:
        site: admin.AdminSite = self.admin_site  # type: ignore[attr-defined]
        opts = self.opts  # type: ignore[attr-defined]
        shown: list[Any] = []
        if plan is not None:
            keys = plan.applicable[:ROWS_SHOWN]
            shown = list(labelled(self.get_queryset(request).filter(pk__in=keys)))  # type: ignore[attr-defined]
        context = {
            **site.each_context(request),
            "title": action.label,
            "opts": opts,
            "action": action,
            "selection": selection,
            "form": form,
            "plan": plan,
            "shown": shown,
            "unshown": len(plan.applicable) - len(shown) if plan else 0,
            "reasons": _grouped(plan) if plan else [],
            "previewed": _fingerprint(form, plan) if plan else "",
            "list_url": self._list_url(request),
            "change_url_name": f"admin:{opts.app_label}_{opts.model_name}_change",
            "in_background": plan is not None and len(plan.applicable) > action.inline_limit,
        }
        return TemplateResponse(request, self.bulk_confirm_template, context)


def _starter(action: BulkAction) -> Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse]:
    """Return the function that Django's action menu calls: it keeps the selection and shows the page."""

    def start(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        selection = selection_create(queryset=queryset, owner=request.user, action=action.name)
        opts = model_admin.opts
        name = f"admin:{opts.app_label}_{opts.model_name}_bulk_action"
        url = reverse(name, args=[selection.public_id])
        filters = model_admin.get_preserved_filters(request)
        return HttpResponseRedirect(f"{url}?{filters}" if filters else url)

    start.__name__ = action.name
    return start


def _filled_in(action: BulkAction, form: Any, user: Any) -> Any:
    """Bind a form to its own initial values where these are complete, so that the plan shows at once."""
    initial = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    bound = action.get_form({name: value for name, value in initial.items() if value is not None}, user)
    return bound if bound is not None and bound.is_valid() else form


def _grouped(plan: ActionPlan) -> list[dict[str, Any]]:
    """Return the reasons, the most frequent first, each with a few names."""
    names: dict[str, list[str]] = {}
    for name, reason in plan.refused:
        names.setdefault(_common(name, reason), []).append(name)
    groups = [
        {"reason": reason, "count": len(found), "names": found[:REFUSALS_SHOWN]} for reason, found in names.items()
    ]
    return sorted(groups, key=lambda group: -len(names[str(group["reason"])]))


def _common(name: str, reason: str) -> str:
    """Take a row's name out of its reason, so that equal reasons count as one."""
    if not name or name not in reason:
        return reason
    if reason.startswith(name):
        rest = reason.removeprefix(name).lstrip(" :,")
        return f"{rest[:1].upper()}{rest[1:]}"
    return reason.replace(name, "…")


def _outcome(job: Job) -> str:
    """Say how a job went in a sentence."""
    if job.state == JobState.FAILED:
        done = job.cursor.get("result", {}).get("applied", 0)
        if done:
            # Chunks before the one that failed are in.
            text = _("%(job)s: it failed half-way, done for %(applied)s. %(error)s")
            return text % {"job": job, "applied": done, "error": job.error}
        return _("%(job)s: nothing was changed. %(error)s") % {"job": job, "error": job.error}
    if job.state != JobState.SUCCEEDED:
        return f"{job}: {job.get_state_display()}."
    applied, refused = job.result.get("applied", 0), len(job.result.get("refused", []))
    if refused:
        return _("%(job)s: done for %(applied)s, %(refused)s left out.") % {
            "job": job,
            "applied": f"{applied:,}",
            "refused": f"{refused:,}",
        }
    return _("%(job)s: done for %(applied)s.") % {"job": job, "applied": f"{applied:,}"}


def _fingerprint(form: Any, plan: ActionPlan) -> str:
    """Return a short name for exactly this form and these rows, so that only what was shown is applied."""
    values = "" if form is None else repr(sorted((name, str(value)) for name, value in form.cleaned_data.items()))
    text = f"{values}|{','.join(map(str, sorted(plan.applicable)))}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]

"""The job that carries out a confirmed bulk action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict

from backoffice.kernel.admin.actions.action import ActionPlan, BulkAction
from backoffice.kernel.history.undo import refuse_half_undone, register_undo_judge
from backoffice.kernel.jobs.changes import job_changes
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.registry import job_handler, register_job_right
from backoffice.kernel.scope.rules import visible
from backoffice.kernel.selections.models import Selection

JOB_KIND = "bulk_action"
# So many refusals are kept word for word in a job's result; the others are counted.
REFUSALS_KEPT = 500


@job_handler(JOB_KIND, label="Bulk action")
def run_bulk_action(context: JobContext, *, selection: str, data: str) -> dict[str, Any]:
    """Apply an action to a selection: permission and row scope are checked again, rows planned again.

    Args:
        context: the running job.
        selection: public id of the selection, narrowed to the rows that the preview named.
        data: the action's form, URL-encoded.

    Raises:
        PermissionDenied: the owner lost the permission in the meantime.
        UndoRefused: what it has done was taken back in part.
    """
    refuse_half_undone(context.job)
    chosen = Selection.objects.get(public_id=selection)
    model = apps.get_model(chosen.model_label)
    action: BulkAction = admin.site.get_model_admin(model).bulk_action(chosen.action)  # type: ignore[attr-defined]
    user = context.job.owner
    if user is None or not user.is_active or not user.has_perm(permission_of(action, model)):
        raise PermissionDenied(f"{user} may not do this any more.")
    values = cleaned(action, data, user)
    result = dict(context.cursor.get("result", {"applied": 0, "refused": []}))
    for ids in _chunks(chosen, action, after=int(context.cursor.get("after", 0))):
        with transaction.atomic():
            rows = visible(model._default_manager.filter(pk__in=ids), user)
            plan = action.plan(rows, user, values)
            outcome: dict[str, Any] = {"refused": list(plan.refused)}
            _merge(outcome, action.execute(plan.applicable, user, values, context) if plan.applicable else {})
            if plan.applicable and "applied" not in outcome:
                outcome["applied"] = len(plan.applicable)
            _merge(result, outcome)
            result["refused"] = result["refused"][:REFUSALS_KEPT]
            done = context.job.done + len(ids)
            context.checkpoint(cursor={"after": ids[-1], "result": result}, done=done)
    # The selection is thrown away in time; the job must know for ever.
    return {**result, "no_undo": action.no_undo} if action.no_undo else result


def why_not_undone(job: Job) -> str:
    """Return why a bulk action cannot be undone and what to do instead, or ""."""
    if "no_undo" in job.result:
        return str(job.result["no_undo"])
    chosen = Selection.objects.filter(public_id=job.params.get("selection")).first()
    if chosen is None:
        return ""
    model_admin: Any = admin.site.get_model_admin(apps.get_model(chosen.model_label))
    return str(model_admin.bulk_action(chosen.action).no_undo)


register_undo_judge(JOB_KIND, why_not_undone)


def may_act_still(user: Any, job: Job) -> bool:
    """Say whether a user may, as of now, do what a bulk action did.

    The selection knows the permission. Once it is thrown away, the right to change a model that
    the action wrote has to do.
    """
    chosen = Selection.objects.filter(public_id=job.params.get("selection")).first()
    if chosen is not None:
        model = apps.get_model(chosen.model_label)
        model_admin: Any = admin.site.get_model_admin(model)
        return bool(user.has_perm(permission_of(model_admin.bulk_action(chosen.action), model)))
    options = [entry.model._meta for entry in job_changes(job.pk)]
    return any(user.has_perm(f"{option.app_label}.change_{option.model_name}") for option in options)


register_job_right(JOB_KIND, may_act_still)


def permission_of(action: BulkAction, model: Any) -> str:
    """Return the permission that an action needs: its own, else the model's change permission."""
    return action.permission or f"{model._meta.app_label}.change_{model._meta.model_name}"


def cleaned(action: BulkAction, data: str, user: Any) -> dict[str, Any]:
    """Return the cleaned values of an action's form.

    Raises:
        ValueError: the values are not valid (any more).
    """
    form = action.get_form(QueryDict(data), user)
    if form is None:
        return {}
    if not form.is_valid():
        raise ValueError(" ".join(str(message) for messages in form.errors.values() for message in messages))
    return dict(form.cleaned_data)


def plan_of(action: BulkAction, rows: Any, user: Any, values: dict[str, Any]) -> ActionPlan:
    """Plan an action on the rows that a user may see."""
    return action.plan(visible(rows, user), user, values)


def _chunks(selection: Selection, action: BulkAction, *, after: int) -> Iterator[list[int]]:
    rows = selection.rows.order_by("object_id")
    if action.whole:
        ids = list(rows.filter(object_id__gt=after).values_list("object_id", flat=True))
        if ids:
            yield ids
        return
    while ids := list(rows.filter(object_id__gt=after).values_list("object_id", flat=True)[: action.chunk_size]):
        yield ids
        after = ids[-1]


def _merge(total: dict[str, Any], part: dict[str, Any]) -> None:
    """Add a chunk's outcome: numbers add up, lists join, the rest is replaced."""
    for key, value in part.items():
        if isinstance(value, list):
            total[key] = [*total.get(key, []), *value]
        elif isinstance(value, int) and not isinstance(value, bool):
            total[key] = total.get(key, 0) + value
        else:
            total[key] = value

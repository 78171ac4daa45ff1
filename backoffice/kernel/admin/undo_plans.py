"""The preview of an undo as a page may show it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.history.undo import UndoConflict, UndoPlan, undo_plan
from backoffice.kernel.scope.rules import visible


def undo_context(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """Return the plan of an undo.

    People outside the house are told only of conflicts over their own rows, and not who touched them.
    """
    plan = undo_plan(job_id)
    if not is_house(request):
        plan.conflicts[:] = [replace(entry, who="") for entry in plan.conflicts if _is_theirs(request, plan, entry)]
    return {"plan": plan, "unlisted": plan.conflict_total - len(plan.conflicts)}


def _is_theirs(request: HttpRequest, plan: UndoPlan, entry: UndoConflict) -> bool:
    for model_plan in plan.models:
        if str(model_plan.model._meta.verbose_name) == entry.model:
            return visible(model_plan.model._default_manager.filter(pk=entry.object_id), request.user).exists()
    return False

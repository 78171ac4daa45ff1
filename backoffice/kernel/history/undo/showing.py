"""The plan of an undo as somebody may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from backoffice.kernel.history.undo.planning import undo_plan
from backoffice.kernel.history.undo.registry import UndoConflict, UndoPlan
from backoffice.kernel.scope.rules import Audience, audience_of, visible


def undo_plan_for(job_id: int, user: Any, *, told: Callable[[int, int, str], None] | None = None) -> UndoPlan:
    """Say what undoing a job would do, to a user. Reads only.

    People outside the house are told only of conflicts over their own rows, and not who touched
    them; ``conflict_total`` counts the others too.

    Args:
        job_id: the job that would be undone.
        user: who asks.
        told: as for ``undo_plan``.
    """
    plan = undo_plan(job_id, told=told)
    if audience_of(user)[0] is not Audience.HOUSE:
        plan.conflicts[:] = [replace(entry, who="") for entry in plan.conflicts if _is_theirs(user, plan, entry)]
    return plan


def _is_theirs(user: Any, plan: UndoPlan, entry: UndoConflict) -> bool:
    for model_plan in plan.models:
        if str(model_plan.model._meta.verbose_name) == entry.model:
            return visible(model_plan.model._default_manager.filter(pk=entry.object_id), user).exists()
    return False

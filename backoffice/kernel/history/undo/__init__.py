"""Taking back what a job did, as a job itself.

Any job whose writes are tracked can be undone, because each history row names its job: rows that it
made are deleted where nothing refers to them and nobody touched them since, rows that it changed or
deleted return to what they were before, and the rest is listed as conflicts with who touched them
and when. An undo is a job with history of its own, so it can be undone too.

Status fields that an undo restores count as writes by this service: no transition is applied, no
guard is asked and no side effect of a transition is repeated or taken back. What must not be taken
back like that (a numbered invoice, a ledger) is named with ``register_undo_refusal`` or handled by
``register_undo_hook``.
"""

from backoffice.kernel.history.undo.applying import undo_apply
from backoffice.kernel.history.undo.events import job_undone, rows_undone
from backoffice.kernel.history.undo.planning import undo_plan
from backoffice.kernel.history.undo.previews import Preview, undo_preview
from backoffice.kernel.history.undo.registry import (
    HookPlan,
    UndoConflict,
    UndoPlan,
    register_undo_hook,
    register_undo_judge,
    register_undo_keeper,
    register_undo_refusal,
)
from backoffice.kernel.history.undo.requests import (
    UndoRefused,
    job_in_force,
    refuse_half_undone,
    undo_request,
    undo_start,
)
from backoffice.kernel.history.undo.showing import undo_plan_for

__all__ = [
    "HookPlan",
    "Preview",
    "UndoConflict",
    "UndoPlan",
    "UndoRefused",
    "job_in_force",
    "job_undone",
    "refuse_half_undone",
    "register_undo_hook",
    "register_undo_judge",
    "register_undo_keeper",
    "register_undo_refusal",
    "rows_undone",
    "undo_apply",
    "undo_plan",
    "undo_plan_for",
    "undo_preview",
    "undo_request",
    "undo_start",
]

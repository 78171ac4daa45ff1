"""The preview of an undo for a page: at once where the job is small, made in the background else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from backoffice.kernel.history.undo.registry import LedgerPlan, ModelPlan, UndoConflict, UndoPlan
from backoffice.kernel.history.undo.showing import undo_plan_for
from backoffice.kernel.history.undo.tables import written_by
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.registry import job_handler
from backoffice.kernel.jobs.services import job_enqueue

JOB_KIND = "undo_preview"
# A job that wrote no more rows than this, all tables together, is looked at while the person waits.
AT_ONCE_ROWS = 50_000
# For so long a preview is shown again; then the rows are looked at anew.
KEPT = timedelta(minutes=2)


@dataclass(frozen=True)
class Preview:
    """What undoing a job would do, as far as it is known.

    Attributes:
        plan: what it would do; None while that is being found out, or where that failed.
        job: the job that finds it out, or has found it out; None where it was done at once.
    """

    plan: UndoPlan | None
    job: Job | None = None


def undo_preview(*, job: Job, user: Any) -> Preview:
    """Say what undoing a job would do, to a user; of a large one a job of its own finds it out.

    Args:
        job: the job that would be undone, in force (``job_in_force``).
        user: who asks, and is told only what they may see.
    """
    if not is_large(job.pk):
        return Preview(undo_plan_for(job.pk, user))
    previews = Job.objects.filter(kind=JOB_KIND, owner=user, params={"job": job.pk})
    made = previews.order_by("-pk").first()
    if made is None or (made.finished_at is not None and made.finished_at < timezone.now() - KEPT):
        made, _ = job_enqueue(
            kind=JOB_KIND,
            params={"job": job.pk},
            owner=user,
            title=f"Preview of the undo: {job}",
            idempotency_key=f"{JOB_KIND}:{job.pk}:{user.pk}:{previews.count() + 1}",
        )
    return Preview(_plan_of(made.result["plan"]) if made.state == JobState.SUCCEEDED else None, made)


def is_large(job_id: int) -> bool:
    """Say whether a job wrote too many rows to go through them while somebody waits."""
    left = AT_ONCE_ROWS
    for table in written_by(job_id):
        left -= table.history.objects.filter(history_job=job_id).order_by()[: left + 1].count()
        if left < 0:
            return True
    return False


@job_handler(JOB_KIND, label="Preview of an undo")
def run_preview(context: JobContext, *, job: int) -> dict[str, Any]:
    """Find out what undoing a job would do, for the owner of this one. Reads only."""

    def told(done: int, total: int, what: str) -> None:
        context.progress(done=done, total=total, phase=f"Looking at {what}", force=True)

    plan = undo_plan_for(job, context.job.owner, told=told)
    models = [{**asdict(entry), "model": entry.model._meta.label} for entry in plan.models]
    return {"rows": plan.total, "conflicts": plan.conflict_total, "plan": {**asdict(plan), "models": models}}


def _plan_of(kept: dict[str, Any]) -> UndoPlan:
    """Return a plan as it was before its job kept it as JSON."""
    models = [ModelPlan(**{**entry, "model": apps.get_model(entry["model"])}) for entry in kept["models"]]
    ledgers = [LedgerPlan(**entry) for entry in kept["ledgers"]]
    conflicts = [UndoConflict(**{**entry, "when": _moment(entry["when"])}) for entry in kept["conflicts"]]
    return UndoPlan(**{**kept, "models": models, "ledgers": ledgers, "conflicts": conflicts})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

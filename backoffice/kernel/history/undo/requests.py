"""Asking for a job to be undone."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backoffice.kernel.history.undo.applying import undo_apply
from backoffice.kernel.history.undo.events import job_undone
from backoffice.kernel.history.undo.planning import undo_plan, undo_refusal
from backoffice.kernel.history.undo.previews import is_large
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.registry import has_job_right, job_handler, register_job_right
from backoffice.kernel.jobs.services import job_enqueue, job_retry, job_run_here

JOB_KIND = "undo"
# States of jobs that did not get to their end.
_CUT_OFF = frozenset({JobState.FAILED, JobState.CANCELLED})
# Up to so many rows an undo is done at once instead of in the background.
AT_ONCE = 500


class UndoRefused(Exception):
    """A job cannot be undone; the message tells why, in plain words."""


def undo_request(*, job: Job, owner: Any) -> tuple[Job, bool]:
    """Undo a job: at once where it is small, in the background else.

    Asking twice undoes once.

    Args:
        job: a job that has finished.
        owner: who asks.

    Returns:
        The undo's job, and whether it is new.

    Raises:
        UndoRefused: the job still works, was undone before, or did what is never taken back.
    """
    job = job_in_force(job)
    if is_large(job.pk):
        # Its rows are counted when the work begins; what a ledger refuses, the job itself says.
        return undo_start(job=job, owner=owner, total=None, refusal=undo_refusal(job.pk))
    plan = undo_plan(job.pk)
    undo, new = undo_start(job=job, owner=owner, total=plan.total, here=plan.total <= AT_ONCE, refusal=plan.refusal)
    if new and plan.total <= AT_ONCE:
        undo = job_run_here(job=undo)
    return undo, new


def job_in_force(job: Job) -> Job:
    """Return the job by which there is what a job did: itself, or the last one that undid its undo.

    Undoing that one takes back what came back; the job itself left nothing that is still its own.
    """
    undo = job.undone_by.filter(state=JobState.SUCCEEDED).order_by("-pk").first()
    again = undo.undone_by.filter(state=JobState.SUCCEEDED).order_by("-pk").first() if undo is not None else None
    return job if again is None else job_in_force(again)


def undo_start(*, job: Job, owner: Any, total: int | None, here: bool = False, refusal: str = "") -> tuple[Job, bool]:
    """Make the job that undoes another one.

    Args:
        job: the job to undo, in force (``job_in_force``).
        owner: who asks.
        total: rows that will be written; None where they are counted once the work begins.
        here: the caller runs it itself.
        refusal: why it cannot be, from the plan.

    Returns:
        The undo's job, and whether it is new.

    Raises:
        UndoRefused: as for ``undo_request``.
    """
    with transaction.atomic():
        current = Job.objects.select_for_update().get(pk=job.pk)
        earlier = current.undone_by.order_by("-pk").first()
        if earlier is not None and earlier.state not in JobState.finished():
            return earlier, False
        if current.state not in JobState.finished():
            raise UndoRefused("The job has not finished. Stop it first.")
        if earlier is not None and job_retry(job=earlier):
            # It failed or was stopped half-way: it goes on where it was.
            earlier.refresh_from_db()
            return earlier, False
        if earlier is not None:
            raise UndoRefused(f"This job was undone before: {earlier}.")
        if current.undoes_id is not None and current.state != JobState.SUCCEEDED:
            raise UndoRefused(f"{current} did not get to its end. Let it be run again first, then undo it.")
        if refusal:
            raise UndoRefused(refusal)
        key = f"undo:{current.pk}:{current.undone_by.count() + 1}"
        return job_enqueue(
            kind=JOB_KIND,
            params={"job": current.pk},
            owner=owner,
            title=f"Undo: {current}",
            idempotency_key=key,
            total=total,
            undoes=current,
            here=here,
        )


@job_handler(JOB_KIND, label="Undo")
def run_undo(context: JobContext, *, job: int) -> dict[str, Any]:
    """Undo a job.

    Raises:
        UndoRefused: it did what is never taken back.
    """
    refusal = undo_refusal(job) if not context.cursor else ""
    if refusal:
        raise UndoRefused(refusal)
    result = undo_apply(job, context)
    with transaction.atomic():
        context.fence()
        job_undone.send(sender=Job, job_id=job, undo_job_id=context.job.pk, result=result)
    return result


def refuse_half_undone(job: Job) -> None:
    """Keep a job that was cut off from going on where what it did was taken back, or began to be.

    Raises:
        UndoRefused: going on would leave a part that no undo takes back.
    """
    undo = job.undone_by.exclude(undone_by__state=JobState.SUCCEEDED).order_by("-pk").first()
    if undo is not None and (undo.state not in _CUT_OFF or undo.cursor):
        raise UndoRefused(f"What it had done was taken back, or began to be ({undo}), so that it does not go on.")


def may_undo_again(user: Any, job: Job) -> bool:
    """Say whether a user may go on with an undo, or take it back: who may do the work that it takes back."""
    return job.undoes is None or has_job_right(user, job.undoes)


register_job_right(JOB_KIND, may_undo_again)

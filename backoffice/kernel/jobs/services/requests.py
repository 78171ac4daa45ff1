"""What people and programs ask for: make a job, stop it, run it again."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.kernel.jobs.engine import deliver
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.registry import handler_for
from backoffice.kernel.jobs.services.stopping import tell_stopped


def job_enqueue(
    *,
    kind: str,
    params: dict[str, Any] | None = None,
    owner: Any = None,
    title: str = "",
    idempotency_key: str | None = None,
    total: int | None = None,
    undoes: Job | None = None,
    here: bool = False,
) -> tuple[Job, bool]:
    """Make a job and hand its id to the engine within the current transaction.

    Args:
        kind: name of a registered handler.
        params: JSON-able keyword arguments for the handler.
        owner: user on whose behalf the job works; None for the system's own jobs.
        title: what the job is, in plain words.
        idempotency_key: a second job with the same key is not made.
        total: how many rows there are to do, where that is known.
        undoes: the job whose changes this one takes back.
        here: the caller runs the job itself with ``job_run_here``, so it is not delivered. Should
            the caller die first, the beat delivers it.

    Returns:
        The job and whether it is new; an earlier job with the same key is returned as it is.

    Raises:
        UnknownJobKind: nothing handles this kind.
    """
    handler_for(kind)
    if idempotency_key is not None:
        earlier = Job.objects.filter(idempotency_key=idempotency_key).first()
        if earlier is not None:
            return earlier, False
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                params=params or {},
                owner_id=getattr(owner, "pk", None),
                title=title[:200],
                idempotency_key=idempotency_key,
                total=total,
                undoes=undoes,
            )
            if not here:
                deliver(job.pk)
    except IntegrityError:
        if idempotency_key is None:
            raise
        return Job.objects.get(idempotency_key=idempotency_key), False
    return job, True


def job_record_unattended(*, source: str) -> Job:
    """Record a job row for writes by an unattended source (a command, a guest's request)."""
    now = timezone.now()
    return Job.objects.create(kind=source, title=source, state=JobState.SUCCEEDED, started_at=now, finished_at=now)


def job_cancel(*, job: Job) -> bool:
    """Ask a job to stop; a queued one is cancelled at once, a running one at its next checkpoint.

    Returns:
        False where the job had already finished.
    """
    with transaction.atomic():
        current = Job.objects.select_for_update().get(pk=job.pk)
        if current.state in JobState.finished():
            return False
        current.cancel_requested = True
        if current.state == JobState.QUEUED:
            current.state, current.finished_at = JobState.CANCELLED, timezone.now()
        current.save(update_fields=["cancel_requested", "state", "finished_at"])
        if current.state == JobState.CANCELLED:
            tell_stopped(current)
    return True


def job_retry(*, job: Job) -> bool:
    """Queue a failed or cancelled job again; it goes on from its cursor.

    Returns:
        False where the job is neither failed nor cancelled.
    """
    with transaction.atomic():
        again = Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED]).update(
            state=JobState.QUEUED,
            cancel_requested=False,
            error="",
            attempts=0,
            run_token=None,
            delivered_at=timezone.now(),
            finished_at=None,
        )
        if again:
            deliver(job.pk)
    return bool(again)

"""Making, running, cancelling and retrying jobs."""

from __future__ import annotations

import logging
import traceback
import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.context import JobCancelled, JobContext, JobFenced
from backoffice.kernel.jobs.engine import deliver
from backoffice.kernel.jobs.models import Job, JobLogEntry, JobState
from backoffice.kernel.jobs.registry import handler_for

logger = logging.getLogger(__name__)

# A running job that has not shown a sign of life for this long is taken to be dead.
HEARTBEAT_TIMEOUT = timedelta(seconds=60)
MAX_ATTEMPTS = 20


def job_enqueue(
    *,
    kind: str,
    params: dict[str, Any] | None = None,
    owner: Any = None,
    title: str = "",
    idempotency_key: str | None = None,
) -> tuple[Job, bool]:
    """Make a job and hand its id to the engine within the current transaction.

    Args:
        kind: name of a registered handler.
        params: JSON-able keyword arguments for the handler.
        owner: user on whose behalf the job works; None for the system's own jobs.
        title: what the job is, in plain words.
        idempotency_key: a second job with the same key is not made.

    Returns:
        The job and whether it is new; an earlier job with the same key is returned as it is.

    Raises:
        UnknownJobKind: nothing handles this kind.
    """
    handler_for(kind)
    owner_pk = getattr(owner, "pk", None)
    if idempotency_key is not None:
        earlier = Job.objects.filter(idempotency_key=idempotency_key).first()
        if earlier is not None:
            return earlier, False
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, params=params or {}, owner_id=owner_pk, title=title, idempotency_key=idempotency_key
            )
            deliver(job.pk)
    except IntegrityError:
        if idempotency_key is None:
            raise
        return Job.objects.get(idempotency_key=idempotency_key), False
    return job, True


def job_record_unattended(*, source: str) -> Job:
    """Record a job row for writes by an unattended source (a command, a guest's request)."""
    now = timezone.now()
    return Job.objects.create(
        kind=source,
        title=source,
        state=JobState.SUCCEEDED,
        started_at=now,
        finished_at=now,
    )


def job_claim(*, job_id: int) -> Job | None:
    """Take a queued job, or one whose worker died, for this worker.

    Returns:
        The job with a fresh token, or None where it is finished, cancelled or alive elsewhere.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or job.state in JobState.finished():
            return None
        now = timezone.now()
        if job.state == JobState.RUNNING and job.heartbeat_at and now - job.heartbeat_at < HEARTBEAT_TIMEOUT:
            return None
        if job.cancel_requested:
            job.state, job.finished_at = JobState.CANCELLED, now
            job.save(update_fields=["state", "finished_at"])
            return None
        job.state, job.heartbeat_at, job.run_token = JobState.RUNNING, now, uuid.uuid4()
        job.started_at = job.started_at or now
        job.attempts += 1
        job.save(update_fields=["state", "heartbeat_at", "run_token", "started_at", "attempts"])
        return job


def job_run(*, job_id: int) -> Job | None:
    """Run a job to its end, inside an audit context that names it.

    Delivered twice, the second call does nothing. The outcome is on the row: a failure is recorded
    with its message and trace in the job's log, and never raised to the engine, which would only
    deliver it again.
    """
    job = job_claim(job_id=job_id)
    if job is None:
        return None
    context = JobContext(job)
    try:
        with audit(user=job.owner, job_id=job.pk, reason=job.title, source=f"job:{job.kind}"):
            result = handler_for(job.kind)(context, **job.params)
    except JobCancelled:
        _finish(job, state=JobState.CANCELLED)
    except JobFenced:
        logger.warning("Job %s was taken over by another worker; this one steps back.", job.pk)
    except Exception as error:  # the row must tell what happened, whatever it was
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        JobLogEntry.objects.create(job=job, message=traceback.format_exc())
        _finish(job, state=JobState.FAILED, error=str(error) or type(error).__name__)
    else:
        _finish(job, state=JobState.SUCCEEDED, result=result or {})
    job.refresh_from_db()
    return job


def _finish(job: Job, *, state: JobState, error: str = "", result: dict[str, Any] | None = None) -> None:
    Job.objects.filter(pk=job.pk, run_token=job.run_token).update(
        state=state, error=error, result=result or {}, finished_at=timezone.now()
    )


def job_cancel(*, job: Job) -> bool:
    """Ask a job to stop; a queued one is cancelled at once, a running one at its next checkpoint.

    Returns:
        False where the job had already finished.
    """
    now = timezone.now()
    if Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, cancel_requested=True, finished_at=now
    ):
        return True
    return bool(Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True))


def job_retry(*, job: Job) -> bool:
    """Queue a failed or cancelled job again; it goes on from its cursor.

    Returns:
        False where the job is neither failed nor cancelled.
    """
    with transaction.atomic():
        again = Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED]).update(
            state=JobState.QUEUED, cancel_requested=False, error="", finished_at=None
        )
        if again:
            deliver(job.pk)
    return bool(again)


def jobs_requeue_stale() -> list[int]:
    """Queue again each running job whose heartbeat stopped; fail those that died too often.

    Returns:
        The ids of the jobs that were queued again.
    """
    limit = timezone.now() - HEARTBEAT_TIMEOUT
    stale = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=limit)
    stale.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED,
        error=f"The worker died {MAX_ATTEMPTS} times while running this job.",
        finished_at=timezone.now(),
    )
    requeued = []
    for job_id in stale.values_list("pk", flat=True):
        with transaction.atomic():
            # The heartbeat is moved so that two beats do not queue the same job twice.
            if Job.objects.filter(pk=job_id, state=JobState.RUNNING, heartbeat_at__lt=limit).update(
                state=JobState.QUEUED, run_token=None, attempts=F("attempts")
            ):
                deliver(job_id)
                requeued.append(job_id)
    return requeued

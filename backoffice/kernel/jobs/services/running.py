"""What a worker does with a job: claim it, run it, record the outcome."""

from __future__ import annotations

import json
import logging
import random
import time
import traceback
import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.context import JobCancelled, JobContext, JobFenced
from backoffice.kernel.jobs.heartbeat import heartbeat
from backoffice.kernel.jobs.models import Job, JobLogEntry, JobState
from backoffice.kernel.jobs.registry import handler_for
from backoffice.kernel.jobs.services.passing import is_passing
from backoffice.kernel.jobs.services.recovery import HEARTBEAT_TIMEOUT
from backoffice.kernel.jobs.services.stopping import tell_stopped
from backoffice.kernel.keyed import row_find

logger = logging.getLogger(__name__)

# So often in a row others may be in the way of the work after one checkpoint.
MOST_COLLISIONS = 5
# The longest wait before the next try, in seconds; by chance, so that two in each other's way do not meet again.
COLLISION_WAIT_SECONDS = 0.5


def job_claim(*, job_id: int) -> Job | None:
    """Take a queued job, or one whose worker died, for this worker.

    Returns:
        The job with a fresh token, or None where it is finished, cancelled or alive elsewhere.
    """
    with transaction.atomic():
        job = row_find(Job, job_id, lock="update")
        if job is None or job.state in JobState.finished():
            return None
        now = timezone.now()
        if job.state == JobState.RUNNING and job.heartbeat_at and now - job.heartbeat_at < HEARTBEAT_TIMEOUT:
            return None
        if job.cancel_requested:
            job.state, job.finished_at, job.run_token = JobState.CANCELLED, now, None
            job.save(update_fields=["state", "finished_at", "run_token"])
            tell_stopped(job)
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
    deliver it again. Work between two checkpoints counts only if its transaction holds the later
    checkpoint: that is what stops a worker whose job was taken over. Where another transaction was
    in the way (a deadlock, a key that somebody else took), the handler is called again, from there.
    """
    job = job_claim(job_id=job_id)
    if job is None:
        return None
    try:
        result = _worked(job)
    except JobCancelled:
        _finish(job, state=JobState.CANCELLED)
    except JobFenced:
        logger.warning("Job %s was taken over by another worker; this one steps back.", job.pk)
    except Exception as error:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        JobLogEntry.objects.create(job=job, message=traceback.format_exc())
        _finish(job, state=JobState.FAILED, error=_message(error))
    else:
        _finish(job, state=JobState.SUCCEEDED, result=result)
    job.refresh_from_db()
    return job


def job_run_here(*, job: Job) -> Job:
    """Run a job that was enqueued with ``here=True`` in the current process.

    What it changed is all or nothing only as far as its handler uses one transaction.
    """
    job_run(job_id=job.pk)
    job.refresh_from_db()
    return job


def _worked(job: Job) -> dict[str, Any]:
    """Call a job's handler, again from the last checkpoint where others were in its way; return what it tells."""
    collisions = 0
    while True:
        begun = job.cursor
        context = JobContext(job)
        try:
            with audit(user=job.owner, job_id=job.pk, reason=job.title, source=f"job:{job.kind}"), heartbeat(context):
                return _jsonable(handler_for(job.kind)(context, **job.params))
        except DatabaseError as error:
            if connection.needs_rollback or not is_passing(error):
                raise
            _return_to_checkpoint(job)
            collisions = collisions + 1 if job.cursor == begun else 1
            if collisions > MOST_COLLISIONS:
                raise
            context.log(f"Others were at the same rows; it goes on from the last checkpoint. {error}".rstrip())
        time.sleep(random.uniform(0, COLLISION_WAIT_SECONDS))  # noqa: S311 - no secret


def _return_to_checkpoint(job: Job) -> None:
    """Read how far a job has really come: what its handler noted with its last transaction was rolled back.

    Raises:
        JobFenced: another worker has the job by now.
    """
    stored = Job.objects.get(pk=job.pk)
    if stored.run_token != job.run_token:
        raise JobFenced(f"Job {job.pk} is run by another worker.")
    job.cursor, job.done, job.total, job.phase = stored.cursor, stored.done, stored.total, stored.phase


def _finish(job: Job, *, state: JobState, error: str = "", result: dict[str, Any] | None = None) -> None:
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, run_token=job.run_token).update(
            state=state, error=error, result=result or {}, finished_at=timezone.now(), run_token=None
        )
        if mine and state != JobState.SUCCEEDED:
            tell_stopped(Job.objects.select_related("owner").get(pk=job.pk))


def _jsonable(result: dict[str, Any] | None) -> dict[str, Any]:
    """Return a handler's result as what JSON can hold; a date becomes text."""
    return dict(json.loads(json.dumps(result or {}, cls=DjangoJSONEncoder)))


def _message(error: Exception) -> str:
    if isinstance(error, ObjectDoesNotExist):
        return f"Something this job needs is gone: {error}"
    return str(error) or type(error).__name__

"""What a worker does with a job: claim it, run it, record the outcome."""

from __future__ import annotations

import json
import logging
import traceback
import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.context import JobCancelled, JobContext, JobFenced
from backoffice.kernel.jobs.heartbeat import heartbeat
from backoffice.kernel.jobs.models import Job, JobLogEntry, JobState
from backoffice.kernel.jobs.registry import handler_for
from backoffice.kernel.jobs.services.recovery import HEARTBEAT_TIMEOUT
from backoffice.kernel.jobs.services.stopping import tell_stopped
from backoffice.kernel.keyed import row_find

logger = logging.getLogger(__name__)


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
    checkpoint: that is what stops a worker whose job was taken over.
    """
    job = job_claim(job_id=job_id)
    if job is None:
        return None
    context = JobContext(job)
    try:
        with audit(user=job.owner, job_id=job.pk, reason=job.title, source=f"job:{job.kind}"), heartbeat(context):
            result = _jsonable(handler_for(job.kind)(context, **job.params))
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

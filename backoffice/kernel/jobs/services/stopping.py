"""Telling that a job ended before its end."""

from __future__ import annotations

from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.events import job_stopped
from backoffice.kernel.jobs.models import Job


def tell_stopped(job: Job) -> None:
    """Tell those whose work it was, in the transaction that closes the job.

    Args:
        job: a job that was just saved as failed or cancelled.
    """
    with audit(user=job.owner, job_id=job.pk, reason=job.title, source=f"job:{job.kind}"):
        job_stopped.send(sender=Job, job=job)

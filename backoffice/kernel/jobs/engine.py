"""Hands a job's id to the configured engine. The only module that knows which one it is."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction


def deliver(job_id: int) -> None:
    """Have a worker run the job once the current transaction is committed.

    The database engine stores its row in the same transaction; the broker is told after the
    commit, and the beat delivers again what got lost in between.
    """
    if settings.JOBS_BROKER_URL:
        from backoffice.kernel.jobs.celery_tasks import run_job as run_job_by_broker

        transaction.on_commit(lambda: run_job_by_broker.delay(job_id))
    else:
        from backoffice.kernel.jobs.tasks import run_job

        run_job.enqueue(job_id)

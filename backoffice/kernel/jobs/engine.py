"""Hands a job's id to the configured engine. The only module that knows which one it is."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)


def deliver(job_id: int) -> None:
    """Have a worker run the job once the current transaction is committed.

    The database engine stores its row in the same transaction; the broker is told after the
    commit, and the beat delivers again what got lost in between.
    """
    if settings.JOBS_BROKER_URL:
        transaction.on_commit(lambda: _tell_broker(job_id), robust=True)
    else:
        from backoffice.kernel.jobs.tasks import run_job

        run_job.enqueue(job_id)


def undelivered(job_ids: list[int]) -> list[int]:
    """Return those of some queued jobs that may have been lost on the way to a worker.

    The database engine can be asked; of a broker's queue nothing is known, so all may be lost: a
    job that is delivered twice runs once.
    """
    if settings.JOBS_BROKER_URL or not job_ids:
        return job_ids
    waiting = _deliveries().filter(status="READY").values_list("args_kwargs", flat=True)
    known = {entry["args"][0] for entry in waiting}
    return [job_id for job_id in job_ids if job_id not in known]


def forget_dead_deliveries(job_id: int) -> None:
    """Close the database engine's rows of a dead worker, which would say for ever that they run."""
    if settings.JOBS_BROKER_URL:
        return
    running = _deliveries().filter(status="RUNNING")
    for delivery in running:
        if delivery.args_kwargs["args"] == [job_id]:
            delivery.set_failed(RuntimeError("The worker died; the job was delivered again."))


def _deliveries() -> Any:
    from django_tasks_db.models import DBTaskResult

    from backoffice.kernel.jobs.tasks import run_job

    return DBTaskResult.objects.filter(task_path=run_job.module_path)


def _tell_broker(job_id: int) -> None:
    from backoffice.kernel.jobs.celery_tasks import run_job

    try:
        run_job.delay(job_id)
    except Exception:  # the job is in the database: the beat will deliver it
        logger.exception("The broker could not be told of job %s.", job_id)

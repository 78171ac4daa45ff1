"""The one task of the broker engine (Celery)."""

from __future__ import annotations

from celery import shared_task

from backoffice.kernel.jobs.services import job_run


@shared_task(name="backoffice.run_job", acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def run_job(job_id: int) -> None:
    """Run the job with this id."""
    job_run(job_id=job_id)

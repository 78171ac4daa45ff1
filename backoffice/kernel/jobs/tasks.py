"""The one task of the database engine (Django's Tasks API)."""

from __future__ import annotations

from django_tasks import task

from backoffice.kernel.jobs.services import job_run


@task()
def run_job(job_id: int) -> None:
    """Run the job with this id."""
    job_run(job_id=job_id)

"""How far a job has come, for people and for the page that watches it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from backoffice.kernel.jobs.models import Job, JobState


def seconds_left(job: Job, *, now: datetime | None = None) -> int | None:
    """Estimate how long a running job still needs, from its pace so far; None while nobody can tell."""
    if job.state != JobState.RUNNING or not job.total or not job.done or job.started_at is None:
        return None
    spent = ((now or timezone.now()) - job.started_at).total_seconds()
    return max(0, round(spent * (job.total - min(job.done, job.total)) / job.done))


def progress_of(job: Job) -> dict[str, Any]:
    """Return a job's progress as plain data for JSON."""
    end = job.finished_at or timezone.now()
    return {
        "id": job.pk,
        "title": str(job),
        "state": job.state,
        "label": str(job.get_state_display()),
        "finished": job.state in JobState.finished(),
        "done": job.done,
        "total": job.total,
        "percent": job.percent,
        "phase": job.phase,
        "seconds": round((end - job.started_at).total_seconds()) if job.started_at else None,
        "seconds_left": seconds_left(job),
    }

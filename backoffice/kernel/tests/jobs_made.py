"""Jobs for tests, without a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job, JobState


@contextmanager
def job_at_work(title: str = "Work", owner: Any = None, kind: str = "test", **params: str) -> Iterator[Job]:
    """Let the writes inside name a job of their own, which has succeeded at the end."""
    job = Job.objects.create(kind=kind, params=params, title=title, owner=owner, state=JobState.SUCCEEDED)
    with audit(user=owner, job_id=job.pk, reason=title, source="job:test"):
        yield job

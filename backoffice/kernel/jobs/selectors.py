"""Reading jobs: whose a person may see, how far one has come."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.registry import has_job_right
from backoffice.kernel.scope.rules import visible


def jobs_visible(user: Any) -> QuerySet[Job]:
    """Return the jobs that a user may open: the own ones; all in scope with ``kernel.viewall_job``."""
    if user is None or not user.is_authenticated:
        return Job.objects.none()
    if user.has_perm("kernel.viewall_job") or user.has_perm("kernel.manage_job"):
        return visible(Job.objects.all(), user)
    return Job.objects.filter(owner_id=user.pk)


def may_manage(user: Any, job: Job) -> bool:
    """Say whether a user may stop, repeat or undo a job.

    Everybody's by permission; the own ones while the user still has the right to such work.
    """
    if not jobs_visible(user).filter(pk=job.pk).exists():
        return False
    return bool(user.has_perm("kernel.manage_job")) or (job.owner_id == user.pk and has_job_right(user, job))


def jobs_at_work(user: Any) -> QuerySet[Job]:
    """Return a user's own jobs that have not finished."""
    return Job.objects.filter(owner_id=user.pk, state__in=[JobState.QUEUED, JobState.RUNNING])

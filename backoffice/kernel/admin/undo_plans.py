"""The preview of an undo on a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backoffice.kernel.history.undo import undo_preview
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.progress import progress_of


def undo_context(request: HttpRequest, job: Job) -> dict[str, Any]:
    """Return the plan of an undo as the request's user may see it, or how far the job that makes it has come.

    Args:
        request: the page's.
        job: the job that would be undone, in force.
    """
    preview = undo_preview(job=job, user=request.user)
    making = preview.job if preview.plan is None else None
    return {
        "plan": preview.plan,
        "unlisted": preview.plan.conflict_total - len(preview.plan.conflicts) if preview.plan is not None else 0,
        "seen_at": preview.job.finished_at if preview.job is not None else None,
        "making": making,
        "working": making is not None and making.state not in JobState.finished(),
        "progress": progress_of(making) if making is not None else None,
    }

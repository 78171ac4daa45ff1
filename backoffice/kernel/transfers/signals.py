"""The receivers of the transfers."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from backoffice.kernel.history.undo import job_undone
from backoffice.kernel.jobs.events import job_stopped
from backoffice.kernel.transfers.services.closing import upload_mark_undone
from backoffice.kernel.transfers.services.stopped_jobs import upload_follow_stopped_job


@receiver(job_undone, dispatch_uid="kernel.transfers.job_undone")
def close_undone_upload(sender: Any, job_id: int, undo_job_id: int, result: dict[str, Any], **_: Any) -> None:
    """Mark the upload whose job was undone."""
    upload_mark_undone(job_id=job_id, undo_job_id=undo_job_id, result=result)


@receiver(job_stopped, dispatch_uid="kernel.transfers.job_stopped")
def follow_stopped_job(sender: Any, job: Any, **_: Any) -> None:
    """Let the upload follow whose job did not get to its end."""
    upload_follow_stopped_job(job=job)

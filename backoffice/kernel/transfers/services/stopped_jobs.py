"""What becomes of an upload whose job did not get to its end."""

from __future__ import annotations

from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services.closing import upload_close_stopped
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState


def upload_follow_stopped_job(*, job: Job) -> None:
    """Let an upload follow its job that was stopped or failed, wherever that was noticed.

    A check that was stopped discards the upload, one that failed lets it fail. What a stopped
    upload has applied stays and is counted; one that failed can be run again, or be closed by
    ``upload_cancel``. An undo that did not get to its end can be asked for again and goes on.

    Args:
        job: a job that failed or was cancelled.
    """
    stopped = job.state == JobState.CANCELLED
    # Locked, lest somebody discards it between the look and the step.
    uploads = Upload.objects.select_for_update()
    checking = uploads.filter(plan_job=job, state=UploadState.STAGING).first()
    if checking is not None and stopped:
        apply_transition(checking, UPLOAD_MACHINE, "cancel", reason="Stopped while it was being checked.")
    elif checking is not None:
        message = f"The file could not be checked: {job.error}"
        apply_transition(checking, UPLOAD_MACHINE, "fail", values={"error": message})
    applying = uploads.filter(apply_job=job, state=UploadState.APPLYING).first()
    if applying is not None and stopped:
        upload_close_stopped(upload=applying)
    undoing = uploads.filter(undo_job=job, state=UploadState.UNDOING).first()
    if undoing is not None:
        apply_transition(undoing, UPLOAD_MACHINE, "stop_undo")

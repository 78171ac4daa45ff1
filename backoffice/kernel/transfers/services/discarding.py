"""Discarding uploads that have changed nothing yet, and stopping those at work."""

from __future__ import annotations

from django.db import transaction

from backoffice.kernel.jobs.services import job_cancel
from backoffice.kernel.keyed import row_get
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services.closing import upload_close_stopped
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState


def upload_cancel(*, upload: Upload) -> Upload:
    """Discard an upload that has changed nothing yet, or stop one that is being applied or undone.

    What a stopped upload has applied stays, is counted, and can be undone; an undo that was stopped
    can be asked for again and goes on.

    Raises:
        TransitionRefused: it is applied or discarded already.
    """
    if upload.state == UploadState.APPLYING and upload.apply_job is not None:
        # The job's lock is kept: nobody runs it again while it is closed.
        with transaction.atomic():
            if not job_cancel(job=upload.apply_job):
                # It failed half-way, and nobody means to run it again.
                upload_close_stopped(upload=upload)
        upload.refresh_from_db()
        return upload
    if upload.state == UploadState.UNDOING and upload.undo_job is not None:
        job_cancel(job=upload.undo_job)
        upload.refresh_from_db()
        return upload
    checking = upload.plan_job is not None and job_cancel(job=upload.plan_job)
    with transaction.atomic():
        row_get(Upload, upload.pk, lock="update")
        upload.refresh_from_db()
        if checking and upload.state == UploadState.CANCELLED:
            # Nobody had begun to check it, or whoever did has stopped by now: it followed its job.
            return upload
        return apply_transition(upload, UPLOAD_MACHINE, "cancel")

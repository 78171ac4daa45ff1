"""Taking back what an upload has written, where all rows or none were wanted."""

from __future__ import annotations

import time
from typing import NoReturn

from django.db import transaction

from backoffice.kernel.history.undo import register_undo_judge
from backoffice.kernel.history.undo.requests import JOB_KIND as UNDO
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_enqueue, job_retry, job_run_here
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services.closing import count_values
from backoffice.kernel.transfers.services.counting import recount
from backoffice.kernel.transfers.states import UPLOAD_MACHINE

_KEY = "take_back"
# Between two looks at an undo that another worker has, or had when it died.
WAIT_SECONDS = 1.0


class UploadStopped(Exception):
    """A row could not be applied, and all rows or none were wanted; what was written has been taken back."""


def take_back(context: JobContext, upload: Upload) -> NoReturn:
    """Undo what the earlier chunks wrote, and fail.

    Raises:
        UploadStopped: always, in the end; the upload has failed by then and says why.
    """
    message = f"Nothing was applied. {context.cursor['stopped_by']}"
    if context.cursor.get("after"):
        undo = _undone(context.job, upload)
        if undo.state != JobState.SUCCEEDED:
            raise RuntimeError(f"What had been written could not be taken back: {undo.error}")
        message += _left_of(undo)
    with transaction.atomic():
        context.fence()
        recount(upload)
        apply_transition(upload, UPLOAD_MACHINE, "fail", values={"error": message, **count_values(upload)})
    raise UploadStopped(message)


def _left_of(undo: Job) -> str:
    """Say what somebody has used or changed before it could be taken back; "" where that is nothing."""
    count = undo.result.get("conflicts", 0)
    if not count:
        return ""
    rows = "record that it had written stays" if count == 1 else "records that it had written stay"
    return f" But {count:,} {rows}, because somebody was at work there since: job {undo.pk}, “{undo}”, names what."


def _undone(job: Job, upload: Upload) -> Job:
    """Return the undo of a job, at its end; one that was begun before goes on."""
    undo, new = job_enqueue(
        kind=UNDO,
        params={"job": job.pk},
        owner=upload.owner,
        title=f"Take back {upload.name}",
        idempotency_key=f"{_KEY}:{job.pk}",
        undoes=job,
        here=True,
    )
    if not new and undo.state in (JobState.FAILED, JobState.CANCELLED):
        job_retry(job=undo)
    while True:
        undo = job_run_here(job=undo)
        if undo.state in JobState.finished():
            return undo
        # Another worker is at it, or died over it a moment ago.
        time.sleep(WAIT_SECONDS)


def why_not_brought_back(job: Job) -> str:
    """Return why an undo cannot be undone, or "": what came in as none of all rows does not come back in part."""
    if not (job.idempotency_key or "").startswith(f"{_KEY}:"):
        return ""
    return "It took back an upload that could not be applied as a whole. Check the file again and apply it instead."


register_undo_judge(UNDO, why_not_brought_back)

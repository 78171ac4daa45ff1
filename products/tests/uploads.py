"""What the tests of the catalogue's uploads share beside the kernel's own."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.transfers.uploading import applied
from backoffice.kernel.transfers.exports import export_kind, export_stream
from backoffice.kernel.transfers.exports.query import export_queryset
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_undo


def exported(kind: str, *, user: Any = None) -> bytes:
    """Return an export as CSV, of the rows that a user may see."""
    found = export_kind(kind)
    return b"".join(export_stream(kind=found, rows=export_queryset(found, user)))


def undone(upload: Upload) -> Job:
    """Undo an upload and return the job that did it."""
    upload, job = upload_undo(upload=upload, user=None, here=True)
    assert (upload.state, job.state, job.error) == ("undone", "succeeded", "")
    return job


def queries_of(text: str, **named: Any) -> int:
    """Return how many queries it takes to check and apply a file."""
    with CaptureQueriesContext(connection) as found:
        applied(text, **named)
    return len(found)

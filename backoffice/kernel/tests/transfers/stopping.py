"""Stopping work half-way in tests."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.history.undo import applying, undo_request
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_cancel


def stopped_undo(monkeypatch: Any, job: Job) -> Job:
    """Return the undo of a job that was stopped after it had taken back a few rows."""
    monkeypatch.setattr(applying, "CHUNK", 1)
    delete, calls = applying.delete_rows, []

    def stopping(table, due):
        calls.append(due)
        if len(calls) == 3:
            job_cancel(job=Job.objects.get(undoes=job))
        return delete(table, due)

    monkeypatch.setattr(applying, "delete_rows", stopping)
    undo, _ = undo_request(job=job, owner=None)
    monkeypatch.setattr(applying, "delete_rows", delete)
    assert (undo.state, "before" in undo.cursor) == ("cancelled", True)
    return undo

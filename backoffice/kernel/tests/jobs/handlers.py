"""Handlers of jobs that tests run. Imported for their registration."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction

from backoffice.kernel.history.bulk import bulk_insert
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.registry import job_handler
from products.models import TaxClass


@job_handler("test.note")
def note(context: JobContext, *, text: str = "done") -> dict[str, Any]:
    """Write one tracked row and say so."""
    context.log(f"working on {text}")
    TaxClass.objects.create(code=text, name=text)
    return {"text": text}


@job_handler("test.fail")
def fail(context: JobContext, **params: Any) -> None:
    """Fail."""
    raise ValueError("No such file.")


@job_handler("test.count")
def count(context: JobContext, *, to: int) -> dict[str, Any]:
    """Count to a number, in steps with checkpoints."""
    for step in range(int(context.cursor.get("at", 0)), to):
        context.job.total = to
        context.checkpoint(cursor={"at": step + 1}, done=step + 1)
    return {"counted": to}


@job_handler("test.rows")
def rows(context: JobContext, *, number: int, chunk: int, pause: float) -> dict[str, Any]:
    """Write tracked rows chunk by chunk, each in one transaction with its checkpoint."""
    start = int(context.cursor.get("at", 0))
    while start < number:
        end = min(start + chunk, number)
        with transaction.atomic():
            bulk_insert(TaxClass, ["code", "name"], [(f"row-{index}", f"Row {index}") for index in range(start, end)])
            time.sleep(pause)
            context.job.total = number
            context.checkpoint(cursor={"at": end}, done=end)
        start = end
    return {"rows": number}


@job_handler("test.sleep")
def sleep(context: JobContext, *, seconds: float) -> dict[str, Any]:
    """Show no sign of life for a while."""
    time.sleep(seconds)
    return {"slept": seconds, "attempt": context.job.attempts}


@job_handler("test.long")
def long(context: JobContext, *, seconds: float) -> dict[str, Any]:
    """Hold one transaction open for long, the job's own row locked from its start."""
    with transaction.atomic():
        context.progress(done=1, force=True)
        time.sleep(seconds)
        context.checkpoint(cursor={"at": 1}, done=1)
    return {"attempt": context.job.attempts}

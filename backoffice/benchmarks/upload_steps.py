"""One step on an upload in a process of its own: ``python -m backoffice.benchmarks.upload_steps STEP ARGUMENT``.

Prints what it took as one line of JSON. A process for each step, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django


def load(path: str) -> dict[str, Any]:
    """Check and apply a file as the worker does; seconds of both, and the counts."""
    from backoffice.kernel.transfers.services import upload_apply, upload_create, upload_plan

    began = time.perf_counter()
    with Path(path).open("rb") as file:
        upload = upload_create(kind="products", content=file, name=Path(path).name)
    upload_plan(upload=upload, here=True)
    planned = time.perf_counter()
    if upload.changes:
        upload = upload_apply(upload=upload, here=True)
    done = time.perf_counter()
    upload.refresh_from_db()
    expected = "applied" if upload.changes else "planned"
    if upload.state != expected or upload.failed or upload.skipped:
        raise SystemExit(f"The upload is {upload.state}: {upload.error} {upload.failed} failed.")
    counts = {name: getattr(upload, name) for name in ("rows", "created", "updated", "unchanged")}
    return {"upload": upload.pk, "plan": planned - began, "apply": done - planned, "seconds": done - began, **counts}


def undo(upload: str) -> dict[str, Any]:
    """Undo an upload as the worker does."""
    from backoffice.kernel.transfers.models import Upload
    from backoffice.kernel.transfers.services import upload_undo

    began = time.perf_counter()
    row, job = upload_undo(upload=Upload.objects.get(pk=upload), user=None, here=True)
    if row.state != "undone" or job.state != "succeeded":
        raise SystemExit(f"The upload is {row.state}, its undoing {job.state}: {job.error}")
    return {"seconds": time.perf_counter() - began}


STEPS = {"load": load, "undo": undo}


def main(step: str, argument: str) -> None:
    """Run one step and print its figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    from django.conf import settings

    from backoffice.kernel.history.context import audit

    settings.DEBUG = False  # or Django keeps every query in memory
    with audit(source="benchmark"):
        figures = STEPS[step](argument)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**figures, "peak_mb": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])

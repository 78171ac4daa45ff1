"""One step on an upload in a process of its own: ``python -m backoffice.benchmarks.upload_steps STEP ARGUMENT``.

Prints what it took as one line of JSON. A process for each step, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
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


def plan(path: str) -> dict[str, Any]:
    """Check a file as the worker does, and apply nothing."""
    from backoffice.kernel.transfers.services import upload_create, upload_plan

    with Path(path).open("rb") as file:
        upload = upload_create(kind="products", content=file, name=Path(path).name)
    upload_plan(upload=upload, here=True)
    return {"upload": upload.pk}


def visit(path: str) -> dict[str, Any]:
    """Ask for the list of products, idle and while other processes upload; 95th percentiles in seconds."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from backoffice.kernel.shop.services import shop_settings_row

    settings = shop_settings_row()
    settings.require_second_factor = False
    settings.save()
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser(email="visitor@demo.example", password=None))
    address = reverse("admin:products_product_changelist")

    def ask() -> float:
        began = time.perf_counter()
        response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"The list answers {response.status_code}.")
        return time.perf_counter() - began

    for _ in range(5):
        ask()
    idle = [ask() for _ in range(VISITS)]
    busy: list[float] = []
    paths = [path, path.replace("small-1", "small-0")]
    while len(busy) < VISITS:
        command = [sys.executable, "-m", "backoffice.benchmarks.upload_steps", "load", paths[0]]
        paths.reverse()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as loading:
            while loading.poll() is None:
                busy.append(ask())
        if loading.returncode:
            raise SystemExit("A file could not be uploaded.")
    return {"idle": _p95(idle), "busy": _p95(busy), "visits": len(busy)}


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


def foresee(upload: str) -> dict[str, Any]:
    """Say what undoing an upload would do, as its page does."""
    from backoffice.kernel.transfers.models import Upload
    from backoffice.kernel.transfers.services import upload_undo_plan

    began = time.perf_counter()
    found = upload_undo_plan(upload=Upload.objects.get(pk=upload))
    seconds = time.perf_counter() - began
    if found.refusal or found.conflict_total or not found.total:
        raise SystemExit(f"The undo would write {found.total} rows: {found.conflict_total} stay. {found.refusal}")
    return {"seconds": seconds}


def undo(upload: str) -> dict[str, Any]:
    """Undo an upload as the worker does."""
    from backoffice.kernel.transfers.models import Upload
    from backoffice.kernel.transfers.services import upload_undo

    began = time.perf_counter()
    row, job = upload_undo(upload=Upload.objects.get(pk=upload), user=None, here=True)
    if row.state != "undone" or job.state != "succeeded":
        raise SystemExit(f"The upload is {row.state}, its undoing {job.state}: {job.error}")
    return {"seconds": time.perf_counter() - began}


STEPS = {"load": load, "plan": plan, "foresee": foresee, "undo": undo, "visit": visit}
# Requests of which a percentile is taken.
VISITS = 100


def main(step: str, argument: str) -> None:
    """Run one step and print its figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    from django.conf import settings

    from backoffice.kernel.history.context import audit

    settings.DEBUG = False  # or Django keeps every query in memory
    with audit(source="benchmark"):
        figures = STEPS[step](argument)
    print(json.dumps({**figures, "peak_mb": _peak_megabytes()}))


def _peak_megabytes() -> int:
    """Return the most memory that this program has held; what the one that started it held does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(*sys.argv[1:])

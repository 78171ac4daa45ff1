"""A process that applies an upload while its children are killed at random; run by a test.

It prints, as JSON, how many children were killed and what the database holds in the end.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time

import django


def main(kills: int, rows: int, seed: int) -> None:
    """Plan and apply a file by children that die, and report."""
    django.setup()
    from django.db import connections

    from backoffice.kernel.history.context import audit
    from backoffice.kernel.transfers import staging
    from backoffice.kernel.transfers.models import Upload
    from backoffice.kernel.transfers.services import upload_create

    staging.CHUNK_ROWS = 10
    dice = random.Random(seed)
    with audit(source="tests.killing"):
        upload = upload_create(kind="products", content=_file(rows), name="big.csv")
    killed = 0
    for step in ("plan", "apply"):
        _start(upload.pk, step)
        while True:
            connections.close_all()
            child = os.fork()
            if not child:
                _work(upload.pk, step)
            if killed < kills:
                time.sleep(dice.uniform(0.02, 0.25))
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            killed += os.WIFSIGNALED(status)
            if Upload.objects.get(pk=upload.pk).state == {"plan": "planned", "apply": "applied"}[step]:
                break
    sys.stdout.write(json.dumps({"killed": killed, **_report(upload.pk)}))


def _file(rows: int) -> bytes:
    lines = ["handle,sku,name,option1_name,option1_value,price,stock,category"]
    lines += [
        f"thing-{n // 3},T-{n},Thing {n // 3},Size,{n % 3},{n + 1}.50,{n % 7},Home > Part {n // 30}"
        for n in range(rows)
    ]
    return "\n".join(lines).encode()


def _start(upload_id: int, step: str) -> None:
    """Make the job without running it."""
    from backoffice.kernel.history.context import audit
    from backoffice.kernel.jobs.services import job_enqueue
    from backoffice.kernel.states.machine import apply_transition
    from backoffice.kernel.transfers.models import Upload
    from backoffice.kernel.transfers.states import UPLOAD_MACHINE

    upload = Upload.objects.get(pk=upload_id)
    job, _ = job_enqueue(kind=f"upload_{step}", params={"upload": upload_id}, title=step, here=True)
    with audit(source="tests.killing"):
        move = {"plan": "stage", "apply": "apply"}[step]
        apply_transition(upload, UPLOAD_MACHINE, move, values={f"{step}_job": job})


def _work(upload_id: int, step: str) -> None:
    """Take the job over from whoever died, as the beat would, and work until the end or death."""
    from backoffice.kernel.jobs.models import Job
    from backoffice.kernel.jobs.services import job_run
    from backoffice.kernel.transfers.models import Upload

    job_id = getattr(Upload.objects.get(pk=upload_id), f"{step}_job_id")
    Job.objects.filter(pk=job_id, state="running").update(state="queued", run_token=None)
    job_run(job_id=job_id)
    os._exit(0)


def _report(upload_id: int) -> dict[str, object]:
    from backoffice.kernel.tests.transfers.uploading import counts
    from backoffice.kernel.transfers.models import Upload
    from products.models import Category, Product, Stock, StockMovement, Variant, VariantOption

    upload = Upload.objects.get(pk=upload_id)
    return {
        "state": upload.state,
        "error": upload.error,
        "counts": counts(upload),
        "rows": {
            model.__name__: [model.objects.count(), model.history.count() if hasattr(model, "history") else 0]
            for model in (Product, Variant, VariantOption, Stock, StockMovement, Category)
        },
        "stock": sum(Stock.objects.values_list("on_hand", flat=True)),
        "moved": sum(StockMovement.objects.values_list("quantity", flat=True)),
        "prices": str(sum(Variant.objects.values_list("price", flat=True))),
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

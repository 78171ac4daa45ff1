"""A process that has uploads checked, applied and undone by children that are killed; run by a test.

Run as a program: ``python -m backoffice.kernel.tests.transfers.killing KILLS ROUNDS SEED``. Each
round takes two files in and undoes both; the second one changes the goods of the first, receives
more of them, or brings orders of them, one round after the other. In the first round nobody dies: it tells how long each
step takes on this machine. Then it goes on until so many children were killed, and for so many
rounds at least. It prints, as JSON, how many were killed, at which steps, and what the database
held after each step.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import django

ROWS, CHUNK, UNDO_CHUNK = 120, 6, 30
STEPS = 6
# A job whose workers died twenty times is given up for good reason; stay well below.
MOST_KILLS_OF_A_JOB = 12


@dataclass
class Killer:
    """Kills children at random moments until there were enough."""

    kills: int
    dice: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    # Step → seconds that it takes undisturbed.
    seconds: dict[str, float] = field(default_factory=dict)

    def perform(self, step: str, job_id: int) -> None:
        """Have a job done by children that die, until one of them gets to its end."""
        from backoffice.kernel.jobs.models import Job, JobState

        most = min(math.ceil(self.kills / STEPS), MOST_KILLS_OF_A_JOB) if step in self.seconds else 0
        started, killed = time.monotonic(), 0
        while Job.objects.get(pk=job_id).state not in JobState.finished():
            kill = killed < most and not self.is_done(step)
            # Most children get through a part of the job, some hardly begin.
            life = self.dice.uniform(0, self.seconds[step] * 2 / most) if kill else None
            died = _child(job_id, life)
            killed += died
            self.killed[step] += died
        self.seconds.setdefault(step, time.monotonic() - started)

    def is_done(self, *steps: str) -> bool:
        """Say whether enough were killed, and somebody over each of some steps."""
        return self.killed.total() >= self.kills and (not self.kills or all(self.killed[step] for step in steps))


def _child(job_id: int, life: float | None) -> bool:
    """Let a child work, for so many seconds or to the end; say whether it was killed."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if not child:
        _work(job_id)
    if life is not None:
        time.sleep(life)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(kills: int, rounds: int, seed: int) -> None:
    """Do the rounds and report."""
    django.setup()
    from django.core.management import call_command

    from backoffice.kernel.history.undo import applying
    from backoffice.kernel.jobs.services import recovery, running
    from backoffice.kernel.tests.transfers.dumps import digests
    from backoffice.kernel.transfers import staging
    from products.services.stock import undo

    call_command("setup_reference_data", verbosity=0)
    staging.CHUNK_ROWS = CHUNK
    applying.CHUNK = undo.CHUNK = UNDO_CHUNK
    # Whoever looks for the dead finds them at once.
    recovery.HEARTBEAT_TIMEOUT = running.HEARTBEAT_TIMEOUT = timedelta(0)
    killer = Killer(kills, random.Random(seed))
    states = []
    for number in itertools.count(1):
        for step in _round(number):
            killer.perform(step.name, step.job_id)
            states.append({"step": f"{number}: {step.name}", **digests()})
        if number >= rounds and killer.is_done(*killer.seconds):
            break
    report = {"rounds": number, "killed": killer.killed, "seconds": killer.seconds, "states": states}
    sys.stdout.write(json.dumps(report))


@dataclass(frozen=True)
class Step:
    """A job to be done, and what it does."""

    name: str
    job_id: int


def _round(number: int) -> Any:
    """Yield the steps of a round: two files in, the second one over the first, and both out again."""
    second = (_changes, _deliveries, _orders)[(number - 1) % 3]
    from backoffice.kernel.history.context import audit
    from backoffice.kernel.transfers.services import upload_apply, upload_create, upload_plan, upload_undo

    uploads = []
    for name, file in (("first", _first_file), ("second", second)):
        kind, content, choices = file(number)
        with audit(source="tests.killing"):
            upload = upload_create(kind=kind, content=content, name=f"{name}.csv", options={"choices": choices})
            job = upload_plan(upload=upload, here=False)
        yield Step(f"check {name}", job.pk)
        upload.refresh_from_db()
        with audit(source="tests.killing"):
            upload_apply(upload=upload, here=False)
        yield Step(f"apply {name}", upload.apply_job_id)
        uploads.append((name, upload))
    for name, upload in reversed(uploads):
        upload.refresh_from_db()
        with audit(source="tests.killing"):
            _, job = upload_undo(upload=upload, user=None, here=False)
        yield Step(f"undo {name}", job.pk)


# Kind, content and choices of a file.
File = tuple[str, bytes, dict[str, str]]


def _first_file(number: int) -> File:
    lines = ["handle,sku,name,option1_name,option1_value,price,stock,category"]
    lines += [
        f"r{number}-{n // 3},R{number}-{n},Thing {n // 3},Size,{n % 3},{n + 1}.50,{n % 7},Home > Part {n // 30}"
        for n in range(ROWS)
    ]
    return "products", "\n".join(lines).encode(), {}


def _changes(number: int) -> File:
    """Change what the first file brought, and bring more of the same products."""
    lines = ["handle,sku,name,option1_name,option1_value,price,stock,category"]
    for n in range(0, ROWS, 2):
        product = f"r{number}-{n // 3},{{}},Better thing {n // 3}"
        lines.append(f"{product.format(f'R{number}-{n}')},Size,{n % 4},{n + 2}.00,{n % 5},Home > Other {n // 90}")
        if not n % 6:
            lines.append(f"{product.format(f'R{number}-{n}-XL')},Size,XL,{n + 3}.00,4,Home > Other {n // 90}")
    return "products", "\n".join(lines).encode(), {}


def _deliveries(number: int) -> File:
    """Receive more of what lies there, and open places where nothing does."""
    lines = ["sku,quantity", *(f"R{number}-{n},{n % 9 + 1}" for n in range(0, ROWS, 2))]
    return "stock", "\n".join(lines).encode(), {"quantities": "add"}


def _orders(number: int) -> File:
    """Bring past orders of two lines each, some of articles that nobody knows, and what came back of them."""
    lines = ["Order number,Ordered at,Customer number,SKU,Product name,Quantity,Unit price"]
    for n in range(0, ROWS // 2, 2):
        order = f"W{number}-{n},2024-05-01 10:00,K-{n}"
        lines += [f"{order},R{number}-{n},Thing,2,9.90", f"{order},ODD{number}-{n % 8},Odd,1,1.90"]
    lines += [f"B{number}-{n},2024-05-02 10:00,K-{n},R{number}-{n},Thing,-1,9.90" for n in range(0, 20, 2)]
    return "orders", "\n".join(lines).encode(), {"unknown_sku": "create"}


def _work(job_id: int) -> None:
    """Take the job over from whoever died, as the beat would, and work until the end or death."""
    from backoffice.kernel.history.context import audit
    from backoffice.kernel.jobs.services import job_run, jobs_requeue_stale

    # What a job that goes wrong says is in the report; the rest is noise.
    with audit(source="tests.killing"):
        jobs_requeue_stale()
    job_run(job_id=job_id)
    os._exit(0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

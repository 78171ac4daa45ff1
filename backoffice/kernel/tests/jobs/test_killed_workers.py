"""Workers that are killed in the middle of a job lose nothing and repeat nothing.

Real processes on a database of their own: a file on SQLite, one made for the test on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from backoffice.kernel.tests.workers.processes import Nursery

pytestmark = pytest.mark.worker

KILLS = 6


@pytest.fixture(scope="module")
def nursery(make_database) -> Iterator[Nursery]:
    """Start workers on a database of their own."""
    with Nursery(make_database()) as started:
        yield started


def state(nursery: Nursery, job_id: int) -> dict[str, Any]:
    """Read a job's row without Django: a process for each look would take longer than the job."""
    query = f"SELECT state, done, attempts, result, error FROM kernel_job WHERE id = {job_id}"
    url = nursery.environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as connection:
            row = connection.execute(query).fetchone()
    else:
        import psycopg

        with psycopg.connect(url) as connection:
            row = connection.execute(query).fetchone()
    result = json.loads(row[3]) if isinstance(row[3], str) else row[3]
    return {"state": row[0], "done": row[1], "attempts": row[2], "result": result, "error": row[4]}


def wait_until(ready: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(0.02)


def wait_for(nursery: Nursery, job_id: int, states: set[str], seconds: float) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        found = state(nursery, job_id)
        if found["state"] in states or time.monotonic() > until:
            return found
        time.sleep(0.02)


def test_a_job_survives_the_death_of_its_workers_again_and_again(nursery):
    # given a job of 200 chunks, each a transaction of at least 20 ms
    number = 10_000
    job = nursery.enqueue("test.rows", number=number, chunk=50, pause=0.02)
    chance = random.Random(20260501)

    # when its worker is killed at random moments
    for kills in range(KILLS):
        worker = nursery.worker()
        # The row of a killed worker says "running" until the beat finds it: wait for this worker's claim.
        wait_until(lambda: state(nursery, job)["attempts"] > kills, 30)
        time.sleep(chance.uniform(0.02, 0.5))
        worker.kill()
    last = nursery.worker()
    try:
        found = wait_for(nursery, job, {"succeeded", "failed"}, 120)
    finally:
        last.kill()

    # then each row is there once, with one history row that names the job
    assert (found["state"], found["done"], found["result"]) == ("succeeded", number, {"rows": number})
    assert found["attempts"] == KILLS + 1
    counts = nursery.ask(
        "rows = TaxClass.objects.filter(code__startswith='row-')\n"
        f"history = TaxClass.history.filter(history_job={job})\n"
        "value = [rows.count(), history.count(), history.values('id').distinct().count(), "
        "history.filter(history_type='+').count()]",
    )
    assert counts == [number, number, number, number]


def test_a_long_step_is_not_taken_for_death(nursery):
    """A handler that writes nothing for three times the timeout keeps its job by its heartbeat."""
    job = nursery.enqueue("test.sleep", seconds=4.5)
    workers = [nursery.worker(), nursery.worker()]
    try:
        found = wait_for(nursery, job, {"succeeded", "failed"}, 40)
    finally:
        for worker in workers:
            worker.kill()

    assert (found["state"], found["result"]) == ("succeeded", {"slept": 4.5, "attempt": 1})


def test_a_transaction_longer_than_the_timeout_is_not_taken_for_death(nursery):
    """While the work's own transaction holds the lock no heartbeat passes; nor does the beat that looks for the dead."""
    job = nursery.enqueue("test.long", seconds=4.0)
    workers = [nursery.worker(), nursery.worker()]
    try:
        found = wait_for(nursery, job, {"succeeded", "failed"}, 60)
    finally:
        for worker in workers:
            worker.kill()

    assert (found["state"], found["result"]) == ("succeeded", {"attempt": 1})


def test_a_worker_asked_to_stop_finishes_its_job(nursery):
    job = nursery.enqueue("test.sleep", seconds=1.5)
    worker = nursery.worker()
    wait_for(nursery, job, {"running"}, 30)

    os.kill(worker.pid, signal.SIGTERM)
    code = worker.wait(30)

    assert (code, state(nursery, job)["state"]) == (0, "succeeded")


def test_a_running_job_stops_when_asked(nursery):
    job = nursery.enqueue("test.count", to=2_000_000)
    worker = nursery.worker()
    try:
        wait_for(nursery, job, {"running"}, 30)
        assert nursery.ask(f"value = job_cancel(job=Job.objects.get(pk={job}))") is True
        found = wait_for(nursery, job, {"cancelled", "succeeded", "failed"}, 30)
    finally:
        worker.kill()

    assert found["state"] == "cancelled"

"""Workers that are killed in the middle of a job lose nothing and repeat nothing.

Real processes on a database of their own: a file on SQLite, one made for the test on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytestmark = pytest.mark.worker

ROOT = Path(settings.BASE_DIR)
KILLS = 6


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Iterator[dict[str, str]]:
    """Make a migrated database and return the environment that names it."""
    environment = {**os.environ, "DEBUG": "true", "MEDIA_ROOT": str(tmp_path_factory.mktemp("media"))}
    environment["DJANGO_SETTINGS_MODULE"] = "backoffice.settings"
    configured: dict[str, Any] = settings.DATABASES["default"]
    if configured["ENGINE"].endswith("sqlite3"):
        environment["DATABASE_URL"] = f"sqlite:///{tmp_path_factory.mktemp('db') / 'jobs.sqlite3'}"
        run(environment, "manage.py", "migrate", "-v", "0")
        yield environment
        return
    import psycopg

    name = f"backoffice_workers_{os.getpid()}"
    server = {key: configured[key.upper()] or None for key in ("user", "password", "host", "port")}
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    login = f"{server['user']}:{server['password']}" if server["password"] else server["user"]
    environment["DATABASE_URL"] = f"postgres://{login}@{server['host']}:{server['port'] or 5432}/{name}"
    run(environment, "manage.py", "migrate", "-v", "0")
    yield environment
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(environment: dict[str, str], *arguments: str) -> str:
    """Run a Python program to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(environment: dict[str, str], program: str) -> Any:
    """Run some lines against the database; the last one names the value to return."""
    head = "import json, django; django.setup()\nfrom backoffice.kernel.jobs.models import Job\nfrom products.models import TaxClass\n"
    head += "from backoffice.kernel.jobs.services import job_enqueue, job_cancel\n"
    head += "from backoffice.kernel.tests.jobs import handlers\n"
    return json.loads(run(environment, "-c", f"{head}{program}\nprint(json.dumps(value))"))


def start_worker(environment: dict[str, str], timeout: float = 1.5, beat: float = 0.3) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "backoffice.kernel.tests.jobs.worker_process", str(timeout), str(beat)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def enqueue(environment: dict[str, str], kind: str, **params: Any) -> int:
    return int(ask(environment, f"value = job_enqueue(kind={kind!r}, params={params!r}, title='Test work')[0].pk"))


def state(environment: dict[str, str], job_id: int) -> dict[str, Any]:
    """Read a job's row without Django: a process for each look would take longer than the job."""
    query = f"SELECT state, done, attempts, result, error FROM kernel_job WHERE id = {job_id}"
    url = environment["DATABASE_URL"]
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
        time.sleep(0.05)


def wait_for(environment: dict[str, str], job_id: int, states: set[str], seconds: float) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        found = state(environment, job_id)
        if found["state"] in states or time.monotonic() > until:
            return found
        time.sleep(0.05)


def test_a_job_survives_the_death_of_its_workers_again_and_again(database):
    # given a job of 400 chunks, each a transaction of at least 20 ms
    number = 20_000
    job = enqueue(database, "test.rows", number=number, chunk=50, pause=0.02)
    chance = random.Random(20260501)

    # when its worker is killed at random moments
    for kills in range(KILLS):
        worker = start_worker(database)
        # The row of a killed worker says "running" until the beat finds it: wait for this worker's claim.
        wait_until(lambda: state(database, job)["attempts"] > kills, 30)
        time.sleep(chance.uniform(0.05, 0.9))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    last = start_worker(database)
    try:
        found = wait_for(database, job, {"succeeded", "failed"}, 120)
    finally:
        os.killpg(last.pid, signal.SIGKILL)
        last.wait()

    # then each row is there once, with one history row that names the job
    assert (found["state"], found["done"], found["result"]) == ("succeeded", number, {"rows": number})
    assert found["attempts"] == KILLS + 1
    counts = ask(
        database,
        "rows = TaxClass.objects.filter(code__startswith='row-')\n"
        f"history = TaxClass.history.filter(history_job={job})\n"
        "value = [rows.count(), history.count(), history.values('id').distinct().count(), "
        "history.filter(history_type='+').count()]",
    )
    assert counts == [number, number, number, number]


def test_a_long_step_is_not_taken_for_death(database):
    """A handler that writes nothing for three times the timeout keeps its job by its heartbeat."""
    job = enqueue(database, "test.sleep", seconds=4.5)
    workers = [start_worker(database), start_worker(database)]
    try:
        found = wait_for(database, job, {"succeeded", "failed"}, 40)
    finally:
        for worker in workers:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()

    assert (found["state"], found["result"]) == ("succeeded", {"slept": 4.5, "attempt": 1})


def test_a_transaction_longer_than_the_timeout_is_not_taken_for_death(database):
    """While the work's own transaction holds the lock no heartbeat passes; nor does the beat that looks for the dead."""
    job = enqueue(database, "test.long", seconds=4.0)
    workers = [start_worker(database), start_worker(database)]
    try:
        found = wait_for(database, job, {"succeeded", "failed"}, 60)
    finally:
        for worker in workers:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()

    assert (found["state"], found["result"]) == ("succeeded", {"attempt": 1})


def test_a_worker_asked_to_stop_finishes_its_job(database):
    job = enqueue(database, "test.sleep", seconds=1.5)
    worker = start_worker(database)
    wait_for(database, job, {"running"}, 30)

    os.kill(worker.pid, signal.SIGTERM)
    code = worker.wait(timeout=30)

    assert (code, state(database, job)["state"]) == (0, "succeeded")


def test_a_running_job_stops_when_asked(database):
    job = enqueue(database, "test.count", to=2_000_000)
    worker = start_worker(database)
    try:
        wait_for(database, job, {"running"}, 30)
        assert ask(database, f"value = job_cancel(job=Job.objects.get(pk={job}))") is True
        found = wait_for(database, job, {"cancelled", "succeeded", "failed"}, 30)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    assert found["state"] == "cancelled"

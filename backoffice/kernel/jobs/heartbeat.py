"""A sign of life beside the work, so that a long chunk is not taken for a dead worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from backoffice.kernel.jobs.context import JobContext, sign_of_life
from backoffice.kernel.jobs.models import Job

INTERVAL_SECONDS = 10.0
# A heartbeat that waits for the work's own lock on the row gives up soon and comes again.
LOCK_WAIT_SECONDS = 5


@contextmanager
def heartbeat(context: JobContext) -> Iterator[None]:
    """Refresh the running job's heartbeat every ten seconds, from a connection of its own.

    The first beat comes after ten seconds, so short jobs never open that connection. Where the row
    turns out to belong to another worker, the context is fenced: its next progress or checkpoint
    raises. A beat may fail to get through while the work's own transaction holds the lock (always
    so on SQLite); the work is then alive by virtue of that lock: the beat that looks for dead jobs
    cannot pass it either, and its checkpoint refreshes the heartbeat before it lets go.
    """
    if not _possible():
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(context, stop), name=f"heartbeat-{context.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=LOCK_WAIT_SECONDS + INTERVAL_SECONDS)


def _possible() -> bool:
    """Say whether a second connection would see the job's row at all."""
    if connection.in_atomic_block:
        return False
    return connection.vendor != "sqlite" or not connection.is_in_memory_db()  # type: ignore[attr-defined]


def _beat(context: JobContext, stop: threading.Event) -> None:
    try:
        while not stop.wait(INTERVAL_SECONDS):
            try:
                _limit_lock_wait()
                alive = Job.objects.filter(pk=context.job.pk, run_token=context.job.run_token).update(
                    heartbeat_at=sign_of_life()
                )
            except DatabaseError:
                connection.close()
                continue
            if not alive:
                context.fenced = True
                return
    finally:
        connection.close()


def _limit_lock_wait() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET lock_timeout = '{LOCK_WAIT_SECONDS}s'")
        else:
            cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")

"""What a job's handler sees of its own job."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from backoffice.kernel.jobs.models import Job, JobLogEntry

# Progress is written at most this often; a write per row would cost more than the work.
PROGRESS_INTERVAL_SECONDS = 0.5


class JobCancelled(Exception):
    """Somebody asked for the job to stop."""


class JobFenced(Exception):
    """Another worker has taken the job over; this one must not write any more."""


def sign_of_life() -> Greatest:
    """Return what a heartbeat writes: now, unless a later one is there already.

    Who waits for the row's lock writes the time at which the waiting began. Without this a beat that
    waited through a long transaction would take back the sign of life of that transaction's checkpoint.
    """
    return Greatest("heartbeat_at", Value(timezone.now()))


class JobContext:
    """Progress, checkpoint, log and cancellation of the running job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        # Set by the heartbeat when it finds that the job belongs to another worker.
        self.fenced = False
        self._written_at = 0.0

    @property
    def cursor(self) -> dict[str, Any]:
        """Where the last checkpoint left off; empty at the first start."""
        return dict(self.job.cursor)

    def progress(self, *, done: int, total: int | None = None, phase: str = "", force: bool = False) -> None:
        """Record progress and show a sign of life, at most twice a second unless forced.

        Raises:
            JobCancelled: somebody asked for the job to stop.
            JobFenced: another worker runs the job.
        """
        self.job.done = done
        if total is not None:
            self.job.total = total
        if phase:
            self.job.phase = phase
        if force or time.monotonic() - self._written_at >= PROGRESS_INTERVAL_SECONDS:
            self._write(done=self.job.done, total=self.job.total, phase=self.job.phase)

    def checkpoint(self, *, cursor: dict[str, Any], done: int | None = None) -> None:
        """Record how far the work got. Call inside the transaction that did the work.

        Raises:
            JobCancelled, JobFenced: as for progress.
        """
        self.job.cursor = cursor
        if done is not None:
            self.job.done = done
        self._write(cursor=cursor, done=self.job.done, total=self.job.total, phase=self.job.phase)

    def raise_if_cancelled(self) -> None:
        """Show a sign of life and stop if asked to.

        Raises:
            JobCancelled, JobFenced: as for progress.
        """
        self._write()

    def fence(self) -> None:
        """Keep the job until the transaction ends, however it ends; call before work that no checkpoint follows.

        Raises:
            JobFenced: another worker runs the job, or it is closed.
        """
        if self.fenced or not self._mine().update(heartbeat_at=sign_of_life()):
            raise JobFenced(f"Job {self.job.pk} is run by another worker.")

    def log(self, message: str) -> None:
        """Add a line to the job's log."""
        JobLogEntry.objects.create(job=self.job, message=message)

    def _write(self, **values: Any) -> None:
        self._written_at = time.monotonic()
        if self.fenced:
            raise JobFenced(f"Job {self.job.pk} is run by another worker.")
        mine = self._mine()
        if not mine.update(heartbeat_at=sign_of_life(), **values):
            raise JobFenced(f"Job {self.job.pk} is run by another worker.")
        if mine.filter(cancel_requested=True).exists():
            raise JobCancelled(f"Job {self.job.pk} was cancelled.")

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, run_token=self.job.run_token)

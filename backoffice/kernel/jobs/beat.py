"""Looks for dead workers' jobs again and again, in a thread beside a worker."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

from django.db import DatabaseError, connection

from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.services import jobs_requeue_stale

logger = logging.getLogger(__name__)


class Beat:
    """Calls ``jobs_requeue_stale`` every so many seconds while its block runs.

    A database that is busy or away is tried again at the next turn: the worker beside it must not
    stop for that.
    """

    def __init__(self, *, every: float) -> None:
        self.every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)

    def __enter__(self) -> Beat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    with audit(source="beat"):
                        for job_id in jobs_requeue_stale():
                            logger.warning("The worker of job %s died; it was queued again.", job_id)
                except DatabaseError:
                    logger.exception("The beat could not look for dead workers.")
                    connection.close()
                self._stop.wait(self.every)
        finally:
            connection.close()

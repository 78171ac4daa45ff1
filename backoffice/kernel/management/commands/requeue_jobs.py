"""Bring back jobs whose worker died: once (from cron), or again and again (beside Celery's workers)."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.db import DatabaseError, close_old_connections, connection

from backoffice.kernel.commands import AuditedCommand
from backoffice.kernel.jobs.services import jobs_requeue_stale


class Command(AuditedCommand):
    """Queue again the jobs whose heartbeat stopped."""

    help = "Queue again each job whose worker died, and deliver again what the queue has lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option to keep doing it."""
        super().add_arguments(parser)
        parser.add_argument("--every", type=float, metavar="SECONDS", help="Do it again every so many seconds.")

    def run(self, *, user: Any, every: float | None = None, **options: Any) -> dict[str, Any]:
        """Do it once, or until the process is stopped."""
        while every:
            close_old_connections()
            try:
                for job_id in jobs_requeue_stale():
                    self.stdout.write(f"queued again: job {job_id}")
            except DatabaseError as error:
                # Busy, or away for a moment: whoever was left is found at the next turn.
                self.stderr.write(f"not looked for dead workers: {error}")
                connection.close()
            time.sleep(every)
        return {"queued_again": jobs_requeue_stale()}

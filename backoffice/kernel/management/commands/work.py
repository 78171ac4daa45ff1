"""Everything that works in the background, in one process: the database engine's worker and the beat."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from backoffice.kernel.jobs.beat import Beat


class Command(BaseCommand):
    """Run jobs from the database, and bring back those whose worker died.

    Start as many as there are cores to spare; each brings its own beat, and beats do not disturb
    each other.
    """

    help = "Run background jobs (without a broker), and queue again those whose worker died."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the worker's and the beat's intervals."""
        parser.add_argument("--interval", type=float, default=0.5, help="Seconds between looks into an empty queue.")
        parser.add_argument("--beat", type=float, default=15.0, help="Seconds between looks for dead workers.")
        parser.add_argument("--batch", action="store_true", help="Do what there is, then stop.")

    def handle(self, *args: Any, interval: float, beat: float, batch: bool, verbosity: int, **options: Any) -> None:
        """Work until stopped; a first Ctrl+C lets the current job finish."""
        if settings.JOBS_BROKER_URL:
            raise CommandError(
                "JOBS_BROKER_URL is set: start `celery -A backoffice worker` and `manage.py requeue_jobs --every 15`."
            )
        with Beat(every=beat):
            call_command(
                "db_worker",
                interval=interval,
                batch=batch,
                reload=False,
                startup_delay=False,
                verbosity=verbosity,
            )

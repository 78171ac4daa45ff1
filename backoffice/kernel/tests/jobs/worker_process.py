"""A worker for tests: knows the tests' handlers, and takes silence for death after a second or two.

Run as a program: ``python -m backoffice.kernel.tests.jobs.worker_process [TIMEOUT] [BEAT]``.
"""

from __future__ import annotations

import sys
from datetime import timedelta


def main(timeout: float, beat: float) -> None:
    """Start `manage.py work` with shorter times."""
    import django

    django.setup()
    from django.core.management import call_command

    from backoffice.kernel.jobs import heartbeat
    from backoffice.kernel.jobs.services import recovery, running
    from backoffice.kernel.tests.jobs import handlers  # noqa: F401 - registers them

    recovery.HEARTBEAT_TIMEOUT = running.HEARTBEAT_TIMEOUT = timedelta(seconds=timeout)
    heartbeat.INTERVAL_SECONDS = beat
    call_command("work", interval=0.05, beat=0.2, verbosity=0)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.5, float(sys.argv[2]) if len(sys.argv) > 2 else 0.3)

"""A process that has loaded everything once, and from which workers are forked in no time.

Run as a program by ``Nursery``: it takes one JSON object per line and answers with one.
``{"start": [timeout, beat]}`` forks a worker that takes silence for death after so many seconds;
``{"wait": pid, "seconds": n}`` tells how it ended; ``{"run": program}`` runs some lines here and
tells what they left as ``value``.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from datetime import timedelta
from typing import Any


def main() -> None:
    """Answer until the input ends."""
    import django

    django.setup()
    from django.db import connections

    from backoffice.kernel.tests.jobs import handlers  # noqa: F401 - registers them

    # Workers write to nobody's pipe.
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    for line in sys.stdin:
        try:
            answer: dict[str, Any] = {"value": _answer(json.loads(line))}
        except Exception:  # noqa: BLE001 - whatever went wrong is told to the test
            answer = {"error": traceback.format_exc()}
        # A connection that lives through a fork would be used by two.
        connections.close_all()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answer(order: dict[str, Any]) -> Any:
    if "start" in order:
        return _start(*order["start"])
    if "wait" in order:
        return _wait(order["wait"], order["seconds"])
    names: dict[str, Any] = {}
    exec(order["run"], names)  # noqa: S102 - the tests' own lines
    return names["value"]


def _start(timeout: float, beat: float) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        _work(timeout, beat)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os._exit(code)


def _work(timeout: float, beat: float) -> None:
    """Run `manage.py work` with shorter times."""
    from django.core.management import call_command

    from backoffice.kernel.jobs import heartbeat
    from backoffice.kernel.jobs.services import recovery, running

    recovery.HEARTBEAT_TIMEOUT = running.HEARTBEAT_TIMEOUT = timedelta(seconds=timeout)
    heartbeat.INTERVAL_SECONDS = beat
    call_command("work", interval=0.02, beat=0.1, verbosity=0)


def _wait(pid: int, seconds: float) -> int | None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


if __name__ == "__main__":
    main()

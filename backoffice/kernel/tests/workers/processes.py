"""Real processes in tests: workers that can be killed, each on a database of the test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
Environment = dict[str, str]


def run(environment: Environment, *arguments: str) -> str:
    """Run a Python program to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Worker:
    """A worker in a process group of its own."""

    nursery: Nursery
    pid: int

    def kill(self) -> None:
        """End it as a power cut would."""
        os.killpg(self.pid, signal.SIGKILL)
        assert self.wait() == -signal.SIGKILL

    def wait(self, seconds: float = 30) -> int | None:
        """Return its exit code once it has ended."""
        return self.nursery.order(wait=self.pid, seconds=seconds)


class Nursery:
    """Starts workers on a database, and answers questions about it."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._process = subprocess.Popen(
            [sys.executable, "-m", "backoffice.kernel.tests.workers.nursery"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def order(self, **order: Any) -> Any:
        """Hand an order over and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def worker(self, *, timeout: float = 1.5, beat: float = 0.3) -> Worker:
        """Start a worker that takes jobs without a sign of life for so many seconds for dead ones."""
        return Worker(self, self.order(start=[timeout, beat]))

    def ask(self, program: str) -> Any:
        """Run some lines against the database; they leave what is asked for as ``value``."""
        head = (
            "from backoffice.kernel.jobs.models import Job\nfrom products.models import TaxClass\n"
            "from backoffice.kernel.jobs.services import job_enqueue, job_cancel\n"
        )
        return self.order(run=f"{head}{program}")

    def enqueue(self, kind: str, **params: Any) -> int:
        """Make a job and return its key."""
        return int(self.ask(f"value = job_enqueue(kind={kind!r}, params={params!r}, title='Test work')[0].pk"))

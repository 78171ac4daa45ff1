"""Rendering the demo shop's documents at once: a demo without a worker shows them too."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence

from django.db import connection, connections

from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_run
from invoices.services.rendering import RENDER_JOB

# More would only wait for each other to write.
_PROCESSES = 2
# So few documents are rendered by the time that a process has started.
_FEW = 50


def documents_render() -> None:
    """Run the jobs that wait to render documents, in two processes where that helps.

    Raises:
        RuntimeError: a process died; what it left is rendered by a worker, or by ``render_invoices``.
    """
    queued = Job.objects.filter(kind=RENDER_JOB, state=JobState.QUEUED).order_by("pk")
    ids = list(queued.values_list("pk", flat=True))
    processes = min(_PROCESSES, len(os.sched_getaffinity(0)))
    if len(ids) < _FEW or processes == 1 or not _others_see_it():
        _run(ids)
        return
    # A connection cannot be shared; each process opens its own.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_run, args=(ids[number::processes],)) for number in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A process that rendered documents died; render the rest with: manage.py render_invoices")


def _others_see_it() -> bool:
    """Tell whether another process finds the jobs: they are committed, in a database that is not this one's memory."""
    in_memory = getattr(connection, "is_in_memory_db", None)
    return not connection.in_atomic_block and not (in_memory is not None and in_memory())


def _run(ids: Sequence[int]) -> None:
    for job_id in ids:
        job_run(job_id=job_id)

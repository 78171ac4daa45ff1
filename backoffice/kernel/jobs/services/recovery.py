"""Bringing back jobs whose worker died or whose delivery was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from backoffice.kernel.jobs.engine import deliver, forget_dead_deliveries, undelivered
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services.stopping import tell_stopped

logger = logging.getLogger(__name__)

# A running job that has not shown a sign of life for this long is taken to be dead.
HEARTBEAT_TIMEOUT = timedelta(seconds=60)
# A queued job that nobody took for this long is delivered again, in case its message was lost.
DELIVERY_TIMEOUT = timedelta(minutes=5)
MAX_ATTEMPTS = 20


def jobs_requeue_stale() -> list[int]:
    """Queue again each running job whose heartbeat stopped; fail those that died too often.

    Also delivers again queued jobs that the engine seems to have lost. Any number of beats may do
    this at once. What goes wrong with one job is logged, and keeps no other from being rescued.

    Returns:
        The ids of the jobs that were delivered again.
    """
    dead = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=timezone.now() - HEARTBEAT_TIMEOUT)
    rescued = [job_id for job_id in dead.values_list("pk", flat=True) if _rescued(_requeue, job_id)]
    waiting = Job.objects.filter(state=JobState.QUEUED, delivered_at__lt=timezone.now() - DELIVERY_TIMEOUT)
    lost = undelivered(list(waiting.values_list("pk", flat=True)[:1_000]))
    rescued += [job_id for job_id in lost if _rescued(_deliver_again, job_id)]
    return rescued


def _rescued(rescue: Callable[[int], bool], job_id: int) -> bool:
    try:
        return rescue(job_id)
    except Exception:  # those whose work it was may fail over the news of it: it is tried again at the next turn
        logger.exception("Job %s could not be rescued.", job_id)
        return False


def _requeue(job_id: int) -> bool:
    with transaction.atomic():
        # A row that is locked belongs to a worker in mid-transaction, which is alive.
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(pk=job_id, state=JobState.RUNNING, heartbeat_at__lt=timezone.now() - HEARTBEAT_TIMEOUT)
            .first()
        )
        if job is None:
            return False
        forget_dead_deliveries(job_id)
        job.run_token = None
        if job.attempts >= MAX_ATTEMPTS:
            job.state, job.finished_at = JobState.FAILED, timezone.now()
            job.error = f"The worker died {MAX_ATTEMPTS} times while running this job."
            job.save(update_fields=["state", "finished_at", "error", "run_token"])
            tell_stopped(job)
            return False
        job.state, job.delivered_at = JobState.QUEUED, timezone.now()
        job.save(update_fields=["state", "delivered_at", "run_token"])
        deliver(job_id)
        return True


def _deliver_again(job_id: int) -> bool:
    now = timezone.now()
    with transaction.atomic():
        # The time is moved first, so that two beats do not deliver the same job twice.
        again = Job.objects.filter(pk=job_id, state=JobState.QUEUED, delivered_at__lt=now - DELIVERY_TIMEOUT).update(
            delivered_at=now
        )
        if again:
            deliver(job_id)
    return bool(again)

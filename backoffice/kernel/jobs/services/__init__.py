"""Making, running, cancelling, retrying and rescuing jobs."""

from backoffice.kernel.jobs.services.recovery import HEARTBEAT_TIMEOUT, MAX_ATTEMPTS, jobs_requeue_stale
from backoffice.kernel.jobs.services.requests import job_cancel, job_enqueue, job_record_unattended, job_retry
from backoffice.kernel.jobs.services.running import job_claim, job_run, job_run_here

__all__ = [
    "HEARTBEAT_TIMEOUT",
    "MAX_ATTEMPTS",
    "job_cancel",
    "job_claim",
    "job_enqueue",
    "job_record_unattended",
    "job_retry",
    "job_run",
    "job_run_here",
    "jobs_requeue_stale",
]

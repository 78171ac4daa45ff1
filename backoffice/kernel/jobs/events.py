"""News of jobs, for those whose work they are."""

from django.dispatch import Signal

# A job ended before its end: it failed, was stopped, or its workers died too often. Sent in the
# transaction that closes it. Arguments: sender (Job), job.
job_stopped = Signal()

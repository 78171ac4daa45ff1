"""The kernel's receivers."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from simple_history.signals import pre_create_historical_record

from backoffice.kernel.history.context import current_audit


@receiver(pre_create_historical_record, dispatch_uid="kernel.history.job")
def put_job_on_history_row(sender: Any, history_instance: Any, **kwargs: Any) -> None:
    """Write the current job's id on the history row about to be saved."""
    if hasattr(history_instance, "history_job_id"):
        history_instance.history_job_id = current_audit().job_id

"""The base of every business model."""

from __future__ import annotations

from typing import Any

from django.db import models

from backoffice.kernel.clock import ClockField
from backoffice.kernel.history.records import BusinessRecords


class TimestampedModel(models.Model):
    """When a row was made and last changed."""

    created_at = ClockField("created", auto_now_add=True)
    updated_at = ClockField("changed", auto_now=True)

    class Meta:
        abstract = True


class TrackedModel(TimestampedModel):
    """A business row: each create, change and delete leaves a history row with who, why and which job."""

    history: Any = BusinessRecords()

    class Meta:
        abstract = True

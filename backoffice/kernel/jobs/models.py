"""The job row: state, progress, cursor and result of one piece of background work."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def finished(cls) -> frozenset[JobState]:
        """States that a job does not leave by itself."""
        return frozenset({cls.SUCCEEDED, cls.FAILED, cls.CANCELLED})


class Job(models.Model):
    """One piece of background work.

    The row is the truth; the engine (database worker or Celery) only delivers its id. A job that
    says it is running must keep its heartbeat fresh, or the beat queues it again.
    """

    State = JobState

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=80, db_index=True)
    title = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs"
    )
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.QUEUED, db_index=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    phase = models.CharField(max_length=120, blank=True, help_text="What the job is doing now, in plain words.")
    cursor = models.JSONField(default=dict, blank=True, help_text="Where to go on after an interruption.")
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    idempotency_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    cancel_requested = models.BooleanField(default=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    # Fences a worker that was thought dead: only the holder of the current token may write progress.
    run_token = models.UUIDField(null=True, blank=True, editable=False)
    undoes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="undone_by",
        editable=False,
        help_text="The job whose changes this one takes back.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # When the engine was last told; a queued job that nobody takes is delivered again.
    delivered_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes = [
            models.Index(fields=["state", "heartbeat_at"], name="kernel_job_state_heartbeat"),
            models.Index(fields=["owner", "-id"], name="kernel_job_owner_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(heartbeat_at__isnull=False),
                name="kernel_job_running_has_heartbeat",
            ),
        ]
        permissions = [
            ("viewall_job", "Can see everybody's jobs"),
            ("manage_job", "Can stop, repeat and undo everybody's jobs"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.pk}"

    @property
    def percent(self) -> int | None:
        """Progress in whole percent, or None while the total is unknown."""
        return None if not self.total else min(100, int(self.done * 100 // self.total))


class JobLogEntry(models.Model):
    """One line that a job wrote about itself. Append-only."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(auto_now_add=True)
    message = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        verbose_name = "log line"

    def __str__(self) -> str:
        return self.message

"""An upload: one file on its way into the database, and back out again if it must be."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backoffice.kernel.history.models import TimestampedModel
from backoffice.kernel.transfers.states import UploadState


class Upload(TimestampedModel):
    """One file uploaded for one kind of rows.

    Not tracked by history: each step leaves its own moment, person and job on the row, and the rows
    that an upload writes are tracked themselves.
    """

    State = UploadState

    kind = models.CharField(max_length=40, db_index=True)
    state = models.CharField(max_length=20, choices=UploadState.choices, default=UploadState.UPLOADED)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="uploads")
    digest = models.CharField("SHA-256", max_length=64, db_index=True)
    name = models.CharField("file name", max_length=255)
    size = models.PositiveBigIntegerField("size in bytes")

    dialect = models.JSONField(default=dict, blank=True, help_text="How the file is read.")
    mapping = models.JSONField(default=dict, blank=True, help_text="Which column fills which field.")
    options = models.JSONField(default=dict, blank=True, help_text="Mode, what to do with bad rows, fixed values.")
    unmapped_columns = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    tallies = models.JSONField(default=dict, blank=True, help_text="What the plan adds up while it is made.")
    error = models.TextField(blank=True, help_text="Why the file was refused or the work failed.")

    rows = models.PositiveIntegerField(default=0, help_text="Data rows of the file.")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0, help_text="Of the failed rows: changed since the preview.")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="uploads"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who wanted it applied, where a second person has to approve.",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    plan_job = models.ForeignKey("kernel.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    apply_job = models.ForeignKey(
        "kernel.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="applied_uploads"
    )
    undo_job = models.ForeignKey("kernel.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    plan_seconds = models.FloatField(default=0)
    apply_seconds = models.FloatField(default=0)
    undo_seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="kernel_upload_owner_newest"),
            models.Index(fields=["state", "-id"], name="kernel_upload_state_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approver__isnull=True)
                | models.Q(owner__isnull=True)
                | ~models.Q(approver=models.F("owner")),
                name="kernel_upload_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(approver__isnull=True)
                | models.Q(asked_by__isnull=True)
                | ~models.Q(approver=models.F("asked_by")),
                name="kernel_upload_not_approved_by_who_asked",
            ),
        ]
        permissions = [("approve_upload", "Can approve large uploads of others")]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"

    @property
    def changes(self) -> int:
        """Rows that the plan would write."""
        return self.created + self.updated

    @property
    def seconds(self) -> float:
        """Time spent on the file so far, in seconds."""
        return round(self.plan_seconds + self.apply_seconds, 3)


class SavedMapping(TimestampedModel):
    """A mapping of columns made by hand, kept under a name and offered again for files with the same headings."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    headings = models.CharField("fingerprint of the headings", max_length=64, db_index=True)
    columns = models.JSONField(default=dict)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "owner", "name"], name="kernel_savedmapping_name_once")]

    def __str__(self) -> str:
        return self.name

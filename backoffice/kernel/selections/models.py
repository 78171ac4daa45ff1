"""A person's selection of rows, on which a bulk action is about to work."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Selection(models.Model):
    """The rows selected for one bulk action by one person; purged when it is a week old.

    Kept in the database so that a hundred thousand rows over many pages can be selected, and so
    that a confirmation means these rows and is done once.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    model_label = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    total = models.PositiveIntegerField(default=0, help_text="Rows that were selected.")
    job = models.ForeignKey("kernel.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="selections")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.total} × {self.model_label} for {self.action}"


class SelectedRow(models.Model):
    """One selected row, by its primary key."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="rows", db_index=False)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["selection", "object_id"], name="kernel_selectedrow_once"),
        ]

    def __str__(self) -> str:
        return str(self.object_id)

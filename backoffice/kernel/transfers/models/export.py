"""What left the house: the log of exports, and the columns that people like to export."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backoffice.kernel.history.models import TimestampedModel


class Export(models.Model):
    """One export: who took which columns of which rows when. Append-only."""

    kind = models.CharField(max_length=40, db_index=True)
    format = models.CharField(max_length=4)
    columns = models.JSONField(default=list)
    filters = models.JSONField(default=dict, blank=True)
    rows = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=False, help_text="The last row was handed over.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="exports"
    )
    source = models.CharField(max_length=80, blank=True, help_text="The page or command that asked for it.")
    created_at = models.DateTimeField(auto_now_add=True)
    seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["owner", "-id"], name="kernel_export_owner_newest")]

    def __str__(self) -> str:
        return f"{self.kind} as {self.format.upper()}"


class SavedColumns(TimestampedModel):
    """A choice of columns for exports, kept under a name."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    columns = models.JSONField(default=list)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name = "saved columns"
        verbose_name_plural = "saved columns"
        constraints = [models.UniqueConstraint(fields=["kind", "owner", "name"], name="kernel_savedcolumns_name_once")]

    def __str__(self) -> str:
        return self.name

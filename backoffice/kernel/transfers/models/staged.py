"""The plan of an upload, one row per row of the file."""

from __future__ import annotations

from django.db import models


class RowAction(models.TextChoices):
    """What the plan does with a row of the file."""

    CREATE = "create", "New"
    UPDATE = "update", "Changed"
    UNCHANGED = "unchanged", "Unchanged"
    ERROR = "error", "Error"
    SKIPPED = "skipped", "Skipped"
    CONFLICT = "conflict", "Conflict"


class StagedRow(models.Model):
    """What is to happen with one row of an uploaded file.

    Written and read thousands at a time, so its JSON is plain text that only ever travels whole:

    - ``diff``: of a new row ``{field: value}``, of a changed one ``{field: [old, new]}``;
    - ``errors``: ``[[column, value, message], ...]``; of a skipped row the reason;
    - ``payload``: what the kind's service wants to remember, keys of parents for example.

    ``object_id`` of a new row is reserved while planning, so that applying need not touch this table.
    """

    Action = RowAction

    upload = models.ForeignKey("kernel.Upload", on_delete=models.CASCADE, related_name="staged", db_index=False)
    number = models.PositiveIntegerField(help_text="Row number as a spreadsheet shows it.")
    action = models.CharField(max_length=9, choices=RowAction.choices)
    key = models.CharField(max_length=255, blank=True, help_text="SKU, email, order number ...")
    target = models.PositiveSmallIntegerField(default=0, help_text="Which of the kind's models object_id belongs to.")
    object_id = models.BigIntegerField(null=True, blank=True)
    payload = models.TextField(blank=True)
    diff = models.TextField(blank=True)
    errors = models.TextField(blank=True)

    class Meta:
        ordering = ["upload", "number"]
        verbose_name = "row of an upload"
        verbose_name_plural = "rows of uploads"
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="kernel_stagedrow_number_once")]
        indexes = [models.Index(fields=["upload", "action", "number"], name="kernel_stagedrow_by_action")]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.get_action_display()} {self.key}".strip()

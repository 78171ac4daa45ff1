"""Closed periods."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backoffice.kernel.history.models import TrackedModel


class PeriodLock(TrackedModel):
    """Days that are closed for posting. A soft lock can be lifted, which is logged; a hard one stays."""

    date_from = models.DateField()
    date_to = models.DateField()
    is_hard = models.BooleanField("for ever", default=False)
    reason = models.CharField(max_length=200, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-date_to"]
        constraints = [
            models.CheckConstraint(condition=Q(date_from__lte=F("date_to")), name="finance_periodlock_dates_in_order"),
            models.CheckConstraint(
                condition=Q(is_hard=False) | Q(lifted_at__isnull=True), name="finance_periodlock_hard_stays"
            ),
        ]
        permissions = [("close_period", "Can close and reopen periods")]

    def __str__(self) -> str:
        return f"{self.date_from} – {self.date_to}"

"""Notes on orders."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backoffice.kernel.history.models import TrackedModel


class OrderNote(TrackedModel):
    """What somebody wrote down about an order."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    text = models.TextField()
    visible_to_customer = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]

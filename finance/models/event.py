"""The payment-status audit: append-only and chained by hash."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q


class PaymentEvent(models.Model):
    """One thing that happened to a payment. Rows are added, never changed; the database refuses it.

    ``hash`` covers the row's content and the hash of the event before, over all payments, so that
    an edit, a deletion or a reordering by SQL shows in ``verify_chain``.
    """

    sequence = models.PositiveBigIntegerField(unique=True)
    payment = models.ForeignKey("finance.Payment", on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=30, help_text="The transition, or created.")
    source_status = models.CharField("from", max_length=20, blank=True)
    target_status = models.CharField("to", max_length=20)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"))
    reference = models.CharField(
        max_length=160, null=True, blank=True, unique=True, help_text="The provider's or bank's id of this event."
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("kernel.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("why", blank=True)
    origin = models.CharField("through", max_length=80, blank=True, help_text="Admin, API, bank statement, job.")
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["sequence"]
        verbose_name = "payment event"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(job__isnull=False), name="finance_paymentevent_answered_for"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.source_status or '–'} → {self.target_status}"

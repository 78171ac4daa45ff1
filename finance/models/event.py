"""The payment-status audit: append-only and chained by hash."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from finance.exceptions import AppendOnly


class EventChain(models.Model):
    """The head of the chain of payment events: its length and its last hash. One row.

    Appending an event locks this row, last and shortly, so that the chain never forks. An event that
    was cut off the end by SQL shows against it.
    """

    SINGLETON_ID = 1

    length = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="finance_eventchain_single_row")]

    def __str__(self) -> str:
        return f"{self.length} payment events"


class PaymentEventQuerySet(models.QuerySet["PaymentEvent"]):
    """Payment events are only added and read."""

    def update(self, **kwargs: Any) -> int:
        """Refuse: payment events are never changed."""
        raise AppendOnly("Payment events are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: payment events are never deleted."""
        raise AppendOnly("Payment events are never deleted.")


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
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    job = models.ForeignKey("kernel.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("why", blank=True)
    origin = models.CharField("through", max_length=80, blank=True, help_text="Admin, API, bank statement, job.")
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = PaymentEventQuerySet.as_manager()

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the event.

        Raises:
            AppendOnly: the event is there already; events are never changed.
        """
        if not self._state.adding:
            raise AppendOnly("Payment events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: payment events are never deleted."""
        raise AppendOnly("Payment events are never deleted.")

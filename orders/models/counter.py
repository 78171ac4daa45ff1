"""Counters for the numbers of orders, shipments and returns."""

from __future__ import annotations

from django.db import models


class NumberCounter(models.Model):
    """The last number given out of one kind. Gaps are allowed here; invoices count on their own."""

    kind = models.CharField(max_length=20, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"

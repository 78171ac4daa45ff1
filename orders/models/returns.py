"""Returned goods."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backoffice.kernel.history.models import TrackedModel
from orders.states import ReturnStatus


class ReturnReason(TrackedModel):
    """Why customers send goods back; editable reference data."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Return(TrackedModel):
    """Goods of one order that a customer sends back."""

    number = models.CharField(max_length=30, unique=True, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="returns")
    status = models.CharField(
        max_length=10, choices=ReturnStatus.choices, default=ReturnStatus.REQUESTED, editable=False
    )
    reason = models.ForeignKey(ReturnReason, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    external_reference = models.CharField(
        max_length=80, blank=True, editable=False, help_text="The return's number in another system."
    )
    received_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["status", "-id"], name="orders_return_by_status"),
            # The constraint's own index leaves out empty references, so that look-ups by parameter cannot use it.
            models.Index(fields=["external_reference"], name="orders_return_by_external"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_reference"],
                condition=~Q(external_reference=""),
                name="orders_return_uploaded_once",
            ),
        ]
        permissions = [("handle_return", "Can approve, receive and complete returns")]

    def __str__(self) -> str:
        return self.number


class ReturnLine(TrackedModel):
    """Pieces of one order line that come back; they restock only once inspected."""

    document = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()
    restock = models.BooleanField(null=True, blank=True, help_text="After inspection: back into stock, or written off.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "order_line"], name="orders_returnline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_returnline_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line.sku}"

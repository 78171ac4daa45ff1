"""Parcels."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backoffice.kernel.history.models import TrackedModel
from orders.states import ShipmentStatus


class Shipment(TrackedModel):
    """A parcel of one order, sent by one seller or by the house."""

    number = models.CharField(max_length=30, unique=True, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="shipments")
    seller = models.ForeignKey(
        "accounts.SellerProfile",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="shipments",
        help_text="Empty: sent by the house.",
    )
    status = models.CharField(
        max_length=10, choices=ShipmentStatus.choices, default=ShipmentStatus.DRAFT, editable=False
    )
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True, db_index=True)
    shipped_at = models.DateTimeField(null=True, blank=True, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "-id"], name="orders_shipment_by_status")]
        permissions = [
            ("import_shipment", "Can upload tracking numbers from files"),
            ("export_shipment", "Can export shipments to files"),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(TrackedModel):
    """Pieces of one order line in a parcel."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="orders_shipmentline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_shipmentline_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line.sku}"

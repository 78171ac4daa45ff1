"""Order lines and the stock promised to them."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from backoffice.kernel.history.models import TrackedModel


class OrderLine(TrackedModel):
    """One position of an order, with copies of what the goods were called and cost when ordered.

    ``unit_price`` and ``discount`` are as charged (with tax where the order's prices include tax);
    ``net`` is the line's net amount after its discount (EN 16931, BT-131).
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(default=0)
    variant = models.ForeignKey("products.Variant", on_delete=models.PROTECT, related_name="order_lines")
    seller = models.ForeignKey(
        "accounts.SellerProfile", on_delete=models.PROTECT, related_name="order_lines", editable=False
    )
    sku = models.CharField("SKU", max_length=100, editable=False)
    name = models.CharField(max_length=500, editable=False)
    unit_code = models.CharField(max_length=3, default="C62", editable=False)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal(0))])
    discount = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal("0.00"), validators=[MinValueValidator(Decimal(0))]
    )
    tax_rate = models.DecimalField("tax in percent", max_digits=5, decimal_places=2, editable=False)
    tax_category = models.CharField(max_length=2, default="S", editable=False)
    included_tax_rate = models.DecimalField(
        "tax contained in the price, in percent",
        max_digits=5,
        decimal_places=2,
        default=Decimal("0.00"),
        editable=False,
        help_text="Differs from the tax where goods priced with home tax leave untaxed.",
    )
    net_unit_price = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0), editable=False)
    net = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"), editable=False)

    quantity = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    allocated = models.PositiveIntegerField(default=0, editable=False)
    shipped = models.PositiveIntegerField(default=0, editable=False)
    delivered = models.PositiveIntegerField(default=0, editable=False)
    cancelled = models.PositiveIntegerField(default=0, editable=False)
    returned = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["order", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_orderline_at_least_one"),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0) & Q(discount__gte=0), name="orders_orderline_amounts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("allocated") + F("shipped") + F("cancelled")),
                name="orders_orderline_quantities_within_ordered",
            ),
            models.CheckConstraint(
                condition=Q(delivered__lte=F("shipped")) & Q(returned__lte=F("delivered")),
                name="orders_orderline_delivered_within_shipped",
            ),
        ]
        indexes = [
            models.Index(fields=["sku"], opclasses=["varchar_pattern_ops"], name="orders_orderline_by_sku"),
            models.Index(fields=["seller", "order"], name="orders_orderline_by_seller"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

    @property
    def to_ship(self) -> int:
        """Pieces that have been neither shipped nor cancelled."""
        return self.quantity - self.shipped - self.cancelled


class Allocation(TrackedModel):
    """Pieces at one location that are promised to one order line and have not left yet."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="allocations")
    stock = models.ForeignKey("products.Stock", on_delete=models.PROTECT, related_name="allocations")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "stock"], name="orders_allocation_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_allocation_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.stock}"

"""Carts."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from backoffice.kernel.history.models import TrackedModel
from cart.states import CartStatus


class Cart(TrackedModel):
    """What a customer or a guest's session means to order."""

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="carts"
    )
    session_id = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    currency = models.CharField(max_length=3, default="EUR")
    status = models.CharField(max_length=10, choices=CartStatus.choices, default=CartStatus.OPEN, editable=False)
    last_activity_at = models.DateTimeField(default=timezone.now, editable=False)
    order = models.OneToOneField(
        "orders.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="cart", editable=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(status="open"), name="cart_cart_one_open_per_customer"
            ),
            models.UniqueConstraint(
                fields=["session_id"],
                condition=Q(status="open", customer__isnull=True),
                name="cart_cart_one_open_per_session",
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(session_id=""), name="cart_cart_has_customer_or_session"
            ),
            models.CheckConstraint(
                condition=~Q(status="converted") | Q(order__isnull=False), name="cart_cart_converted_has_order"
            ),
        ]
        indexes = [models.Index(fields=["status", "last_activity_at"], name="cart_cart_queue")]

    def __str__(self) -> str:
        return f"Cart {self.pk}"


class CartLine(TrackedModel):
    """A variant in a cart. The price is the one last shown; checkout prices anew."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey("products.Variant", on_delete=models.PROTECT, related_name="cart_lines")
    quantity = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    unit_price = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal("0.00"), validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_cartline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="cart_cartline_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant}"

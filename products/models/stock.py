"""Stock per variant and location, and the movements that alone may change it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.validators import validate_country
from backoffice.kernel.clock import ClockField, now
from backoffice.kernel.history.models import TrackedModel


class Location(TrackedModel):
    """A place where stock lies."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2, default="DE", validators=[validate_country])
    priority = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers are allocated from first.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["priority", "code"]

    def __str__(self) -> str:
        return self.name


class Stock(TrackedModel):
    """How much of a variant lies at a location, and how much of it is promised to orders."""

    variant = models.ForeignKey("products.Variant", on_delete=models.PROTECT, related_name="stocks")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="stocks")
    on_hand = models.IntegerField(default=0, editable=False)
    allocated = models.IntegerField(default=0, editable=False)
    reorder_point = models.PositiveIntegerField(default=0)
    backorder = models.BooleanField(
        "may be oversold", default=False, help_text="Takes effect while the shop settings allow backorders."
    )

    class Meta:
        verbose_name_plural = "stock"
        ordering = ["variant", "location"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "location"], name="products_stock_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="products_stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(allocated__gte=0), name="products_stock_allocated_not_negative"),
            models.CheckConstraint(
                condition=Q(backorder=True) | Q(allocated__lte=F("on_hand")),
                name="products_stock_allocated_within_on_hand",
            ),
        ]
        permissions = [
            ("import_stock", "Can upload stock from files"),
            ("export_stock", "Can export stock to files"),
            ("move_stock", "Can move and count stock"),
        ]

    def __str__(self) -> str:
        return f"{self.variant} at {self.location}"

    @property
    def available(self) -> int:
        """Pieces that can still be promised."""
        return self.on_hand - self.allocated


class MovementReason(models.TextChoices):
    """Why stock moved."""

    OPENING = "opening", "Opening stock"
    RECEIPT = "receipt", "Goods received"
    SHIPMENT = "shipment", "Shipped"
    RETURN = "return", "Returned and restocked"
    COUNT = "count", "Count"
    ADJUSTMENT = "adjustment", "Adjustment"
    TRANSFER = "transfer", "Transfer"
    UPLOAD = "upload", "Upload"
    UNDO = "undo", "Undo"


class StockMovement(models.Model):
    """One change of stock on hand. Append-only: a mistake is mended by a counter-movement."""

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements")
    quantity = models.IntegerField(help_text="Positive: came in. Negative: went out.")
    reason = models.CharField(max_length=12, choices=MovementReason.choices)
    reference = models.CharField(
        max_length=80, blank=True, help_text="The document behind it, for example a shipment's number."
    )
    note = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    job = models.ForeignKey("kernel.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = ClockField("entered", auto_now_add=True)
    effective_at = models.DateTimeField(
        "happened", default=now, help_text="When it happened; for a count, when it was taken."
    )
    undoes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by", db_index=False
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["reference"], condition=~Q(reference=""), name="products_movement_reference"),
            # Whoever deletes users asks for it, row by row; what no person has moved stays out.
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="products_movement_by_user"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["undoes"], condition=Q(undoes__isnull=False), name="products_movement_undone_once"
            ),
            models.CheckConstraint(condition=~Q(quantity=0), name="products_movement_not_zero"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(job__isnull=False), name="products_movement_answered_for"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.get_reason_display()}"

"""Variants: what is priced, stocked and sold."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from backoffice.kernel.history.models import TrackedModel

_NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


class Variant(TrackedModel):
    """A sellable unit with its SKU. Prices are in the shop's base currency, gross or net as the shop prices."""

    product = models.ForeignKey("products.Product", on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField("SKU", max_length=100, unique=True)
    barcode = models.CharField(max_length=50, blank=True, db_index=True)
    title = models.CharField(max_length=255, blank=True, help_text="Option values, for example Red / M.")
    price = models.DecimalField(max_digits=12, decimal_places=2, validators=_NOT_NEGATIVE)
    compare_at_price = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=_NOT_NEGATIVE,
        help_text="Former or list price.",
    )
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True, validators=_NOT_NEGATIVE)
    weight_grams = models.PositiveIntegerField("weight in grams", null=True, blank=True)
    unit_code = models.CharField(max_length=3, default="C62", help_text="UN/ECE Recommendation 20; C62 is one piece.")
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField("on sale", default=True)

    class Meta:
        ordering = ["product", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sku=""),
                name="products_variant_sku_given",
                violation_error_message="A variant needs a SKU.",
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0) & models.Q(price__lt=10**10),
                name="products_variant_price_in_range",
                violation_error_message="A price lies between 0 and 10 billion.",
            ),
            models.CheckConstraint(
                condition=models.Q(compare_at_price__isnull=True)
                | (models.Q(compare_at_price__gte=0) & models.Q(compare_at_price__lt=10**10)),
                name="products_variant_compare_at_in_range",
                violation_error_message="A former price lies between 0 and 10 billion.",
            ),
            models.CheckConstraint(
                condition=models.Q(cost__isnull=True) | (models.Q(cost__gte=0) & models.Q(cost__lt=10**10)),
                name="products_variant_cost_in_range",
                violation_error_message="A cost lies between 0 and 10 billion.",
            ),
        ]
        permissions = [
            ("import_variant", "Can upload prices from files"),
            ("export_variant", "Can export variants and prices to files"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.title}".strip()


class VariantOption(TrackedModel):
    """The value that a variant has for one attribute."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="options")
    attribute = models.ForeignKey("products.Attribute", on_delete=models.PROTECT, related_name="+")
    value = models.ForeignKey("products.AttributeValue", on_delete=models.PROTECT, related_name="variant_options")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["variant", "position"]
        constraints = [models.UniqueConstraint(fields=["variant", "attribute"], name="products_variantoption_once")]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"

"""The one row of settings that operators change in the admin."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from backoffice.kernel.history.models import TrackedModel


class ShopSettings(TrackedModel):
    """Settings of the shop: one row, changed in the admin, with history.

    Money thresholds are in the base currency.
    """

    SINGLETON_ID = 1

    shop_name = models.CharField(max_length=120, default="Demo Shop")
    base_currency = models.CharField(
        max_length=3, default="EUR", validators=[RegexValidator(r"^[A-Z]{3}$", "Three capital letters, such as EUR.")]
    )
    country = models.CharField(
        "home country",
        max_length=2,
        default="DE",
        validators=[RegexValidator(r"^[A-Z]{2}$", "Two capital letters, such as DE.")],
        help_text="Country whose tax rates apply where an address gives no other.",
    )
    prices_include_tax = models.BooleanField(default=True, help_text="Catalogue prices are gross (with tax).")
    allow_backorder = models.BooleanField(default=False, help_text="Orders may allocate more than is on hand.")
    require_second_factor = models.BooleanField(
        default=True, help_text="Staff and sellers must confirm each log-in with a one-time code."
    )
    payment_due_days = models.PositiveSmallIntegerField(default=14, validators=[MaxValueValidator(365)])
    cart_expiry_days = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(1)])
    queue_age_warning_hours = models.PositiveSmallIntegerField(
        default=24, help_text="An order that waits longer than this is marked in the work queues."
    )
    upload_max_megabytes = models.PositiveIntegerField(default=200, validators=[MinValueValidator(1)])
    upload_max_rows = models.PositiveIntegerField(default=2_000_000, validators=[MinValueValidator(1)])
    upload_max_columns = models.PositiveIntegerField(default=500, validators=[MinValueValidator(1)])
    approval_rows = models.PositiveIntegerField(
        default=0, help_text="An upload that changes more rows than this needs a second person. 0 switches it off."
    )
    approval_price_change_percent = models.PositiveIntegerField(
        default=0, help_text="A price that moves by more than this needs a second person. 0 switches it off."
    )
    approval_stock_value = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(Decimal("0"))],
        help_text="A stock change worth more than this needs a second person. 0 switches it off.",
    )
    image_url_hosts = models.TextField(
        "hosts for images by URL",
        blank=True,
        help_text="One host a line. Pictures are fetched from these hosts only; empty switches it off.",
    )

    class Meta:
        verbose_name = "shop settings"
        verbose_name_plural = "shop settings"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="kernel_shopsettings_single_row"),
        ]

    def __str__(self) -> str:
        return self.shop_name

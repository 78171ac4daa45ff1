"""Tax classes of goods and the rates of countries."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.validators import validate_country
from backoffice.kernel.history.models import TrackedModel


class TaxCategory(models.TextChoices):
    """VAT category codes of EN 16931 (BT-151, from UNTDID 5305)."""

    STANDARD = "S", "S · taxed at a rate above zero"
    ZERO = "Z", "Z · zero rate"
    EXEMPT = "E", "E · exempt"
    REVERSE_CHARGE = "AE", "AE · reverse charge"
    INTRA_COMMUNITY = "K", "K · intra-community supply"
    EXPORT = "G", "G · export"
    OUTSIDE_SCOPE = "O", "O · outside the scope of tax"


# Categories whose invoices must say why no tax is due.
NEED_REASON = frozenset(
    {
        TaxCategory.EXEMPT,
        TaxCategory.REVERSE_CHARGE,
        TaxCategory.INTRA_COMMUNITY,
        TaxCategory.EXPORT,
        TaxCategory.OUTSIDE_SCOPE,
    }
)


class TaxClass(TrackedModel):
    """A kind of goods for tax, such as standard or reduced."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = "tax classes"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TaxRate(TrackedModel):
    """The rate of a tax class in a country from a day on."""

    tax_class = models.ForeignKey(TaxClass, on_delete=models.PROTECT, related_name="rates")
    country = models.CharField(max_length=2, validators=[validate_country])
    rate = models.DecimalField(
        "rate in percent",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    category = models.CharField(max_length=2, choices=TaxCategory.choices, default=TaxCategory.STANDARD)
    exemption_reason = models.CharField(
        max_length=200, blank=True, help_text="Printed on invoices; needed for E, AE, K, G, O."
    )
    valid_from = models.DateField()

    class Meta:
        ordering = ["country", "tax_class", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["tax_class", "country", "valid_from"], name="products_taxrate_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(rate__gte=0) & models.Q(rate__lte=100),
                name="products_taxrate_0_to_100",
                violation_error_message="A rate lies between 0 and 100 percent.",
            ),
            models.CheckConstraint(
                condition=(models.Q(category="S") & models.Q(rate__gt=0))
                | (~models.Q(category="S") & models.Q(rate=0)),
                name="products_taxrate_only_s_has_rate",
                violation_error_message="Category S needs a rate above 0; every other category has the rate 0.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.rate} %"

    def clean(self) -> None:
        """Ask for the reason that an invoice must print (EN 16931, BT-120; BR-E-10 and its like).

        Raises:
            ValidationError: none is given for a category that needs one.
        """
        if self.category in NEED_REASON and not self.exemption_reason.strip():
            raise ValidationError({"exemption_reason": "Say why no tax is due; invoices print it."})

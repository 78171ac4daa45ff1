"""The legal entity that issues invoices, and its number series."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from accounts.validators import validate_country, validate_iban, validate_vat_id
from backoffice.kernel.history.models import TrackedModel


class IssuePolicy(models.TextChoices):
    """When an order's invoice is issued."""

    ON_ORDER = "on_order", "When the order is placed"
    ON_PAYMENT = "on_payment", "When it is paid"
    ON_SHIPMENT = "on_shipment", "When it ships"
    BY_HAND = "by_hand", "By hand"


class Issuer(TrackedModel):
    """Master data of the legal entity; copied onto each document at issue."""

    name = models.CharField("legal name", max_length=160)
    line1 = models.CharField("street", max_length=160)
    line2 = models.CharField("additional line", max_length=160, blank=True)
    postcode = models.CharField(max_length=20)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2, default="DE", validators=[validate_country])
    vat_id = models.CharField("VAT id", max_length=20, validators=[validate_vat_id])
    tax_number = models.CharField(max_length=40, blank=True)
    registration = models.CharField("register entry", max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.CharField(max_length=120, blank=True)
    bank_name = models.CharField(max_length=80, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True, validators=[validate_iban])
    bic = models.CharField("BIC", max_length=11, blank=True)
    logo = models.ForeignKey("kernel.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    footer = models.CharField("closing line", max_length=300, blank=True)
    policy = models.CharField(max_length=12, choices=IssuePolicy.choices, default=IssuePolicy.ON_PAYMENT)
    is_default = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="invoices_issuer_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Series(TrackedModel):
    """A number series of an issuer for one kind of document and year.

    Numbers are contiguous: the counter moves only inside the transaction that issues the document.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="series")
    kind = models.CharField(max_length=12, choices=[("invoice", "Invoices"), ("credit_note", "Credit notes")])
    year = models.PositiveSmallIntegerField()
    prefix = models.CharField(
        max_length=12,
        validators=[RegexValidator(r"^[A-Z0-9-]{1,12}$", "Capital letters, digits and hyphens only.")],
    )
    counter = models.PositiveBigIntegerField(default=0, editable=False)
    last_issued_on = models.DateField(null=True, blank=True, editable=False)
    last_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "series"
        ordering = ["issuer", "-year", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "kind", "year"], name="invoices_series_once_a_year"),
            models.UniqueConstraint(fields=["prefix", "year"], name="invoices_series_prefix_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{self.year}"

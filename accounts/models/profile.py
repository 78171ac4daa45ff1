"""Customers and sellers as trading parties."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.validators import validate_country, validate_iban, validate_vat_id
from backoffice.kernel.history.models import TrackedModel


class CustomerProfile(TrackedModel):
    """What the shop knows of a customer beyond the log-in."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="customer_profile")
    company = models.CharField(max_length=160, blank=True)
    vat_id = models.CharField("VAT id", max_length=20, blank=True, validators=[validate_vat_id])
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    payment_terms_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(365)], help_text="Empty: the shop's own terms."
    )
    accepts_marketing = models.BooleanField(default=False)
    note = models.TextField("internal note", blank=True)

    class Meta:
        verbose_name = "customer"
        ordering = ["-pk"]
        permissions = [
            ("import_customerprofile", "Can upload customers from files"),
            ("export_customerprofile", "Can export customers to files"),
        ]

    def __str__(self) -> str:
        return self.company or self.user.get_full_name()


class SellerStatus(models.TextChoices):
    """Whether a seller trades."""

    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    CLOSED = "closed", "Closed"


class SellerProfile(TrackedModel):
    """A store whose goods the shop sells."""

    store_name = models.CharField(max_length=120, unique=True)
    code = models.SlugField(max_length=40, unique=True, help_text="Short name used in files, for example north-trade.")
    legal_name = models.CharField(max_length=160, blank=True)
    vat_id = models.CharField("VAT id", max_length=20, blank=True, validators=[validate_vat_id])
    tax_number = models.CharField(max_length=40, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True, validators=[validate_iban])
    commission_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    status = models.CharField(max_length=10, choices=SellerStatus.choices, default=SellerStatus.PENDING)
    contact_email = models.EmailField(blank=True)
    line1 = models.CharField("street", max_length=160, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, default="DE", validators=[validate_country])

    class Meta:
        verbose_name = "seller"
        ordering = ["store_name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(commission_percent__gte=0) & models.Q(commission_percent__lte=100),
                name="accounts_seller_commission_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return self.store_name

"""A customer's postal addresses."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.validators import validate_country
from backoffice.kernel.history.models import TrackedModel


class Address(TrackedModel):
    """A postal address of a customer. Orders and invoices copy it, so it may change at any time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="addresses")
    name = models.CharField("recipient", max_length=160)
    company = models.CharField(max_length=160, blank=True)
    line1 = models.CharField("street", max_length=160)
    line2 = models.CharField("additional line", max_length=160, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, validators=[validate_country])
    phone = models.CharField(max_length=40, blank=True)
    is_default_billing = models.BooleanField("default for invoices", default=False)
    is_default_shipping = models.BooleanField("default for deliveries", default=False)

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default_billing=True),
                name="accounts_address_one_default_billing",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default_shipping=True),
                name="accounts_address_one_default_shipping",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.line1}, {self.postcode} {self.city}, {self.country}"

    def snapshot(self) -> dict[str, str]:
        """Return the address as the plain text that an order keeps."""
        keys = ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone")
        return {key: getattr(self, key) for key in keys}

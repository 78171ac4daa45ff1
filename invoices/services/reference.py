"""The issuer and the series that a new shop starts with; the operators put their own data in."""

from __future__ import annotations

from backoffice.kernel import clock
from backoffice.kernel.shop.selectors import shop_settings
from invoices.models import DocumentKind, Issuer
from invoices.services.series import series_for

# Example data: an id with correct check digits, and the account that banks use in examples.
_ISSUER = {
    "line1": "Musterstraße 1",
    "postcode": "01067",
    "city": "Dresden",
    "country": "DE",
    "vat_id": "DE100000008",
    "registration": "Amtsgericht Dresden, HRB 00000",
    "email": "billing@example.com",
    "website": "www.example.com",
    "bank_name": "Musterbank",
    "iban": "DE02120300000000202051",
    "bic": "BYLADEM1001",
}


def reference_data_load() -> dict[str, int]:
    """Make the default issuer and its series of this year where they are missing; change none that exist.

    Returns:
        How many rows of each kind were made.
    """
    issuer = Issuer.objects.filter(is_default=True).first()
    made = issuer is None
    issuer = issuer or Issuer.objects.create(name=shop_settings().shop_name, is_default=True, **_ISSUER)
    year = clock.today().year
    series = [series_for(issuer=issuer, kind=kind, year=year) for kind in DocumentKind]
    return {"issuers": int(made), "series": sum(new for _, new in series)}

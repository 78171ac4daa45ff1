"""The reference rows that the catalogue starts with: tax classes, tax rates, locations."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from importlib import resources

from django.db import transaction

from products.models import Location, TaxCategory, TaxClass, TaxRate

TAX_CLASSES = {"standard": "Standard rate", "reduced": "Reduced rate", "zero": "Zero rate"}

# Where goods are not taxed here but leave the customs territory (Directive 2006/112/EC, article 146).
EXPORT_COUNTRIES = [
    "AE", "AU", "BH", "BR", "CA", "CH", "CN", "GB", "GG", "HK", "IL", "IN", "IS", "JE",
    "JP", "KR", "LB", "LI", "MX", "NO", "NZ", "SA", "SG", "TR", "UA", "US", "ZA",
]  # fmt: skip
EXPORT_REASON = "Export of goods outside the European Union"
# Since the internal market there has been one rule for what leaves it.
EXPORT_SINCE = dt.date(1993, 1, 1)

LOCATIONS = (
    {"code": "main", "name": "Main warehouse", "country": "DE", "priority": 10},
    {"code": "shop", "name": "Shop floor", "country": "DE", "priority": 20},
)


def reference_data_load() -> dict[str, int]:
    """Make the tax classes, tax rates and locations that are missing; change none that is there.

    Rates: the standard rate of each member state and the reduced rate that most goods of daily use
    fall under (Directive 2006/112/EC, articles 97 and 98, as the member states apply them), from the
    day on which they came into force. Goods of the class “zero” carry category Z. Which class a
    product belongs to is for the shop to say.

    Returns:
        How many rows of each kind were made.
    """
    with transaction.atomic():
        classes, made_classes = _tax_classes()
        made = sum(
            TaxRate.objects.get_or_create(
                tax_class=classes[code],
                country=country,
                valid_from=valid_from,
                defaults={"rate": rate, "category": category, "exemption_reason": reason},
            )[1]
            for code, country, valid_from, rate, category, reason in _rates()
        )
        locations = sum(
            Location.objects.get_or_create(code=location["code"], defaults=location)[1] for location in LOCATIONS
        )
    return {"tax_classes": made_classes, "tax_rates": made, "locations": locations}


def _tax_classes() -> tuple[dict[str, TaxClass], int]:
    classes, made = {}, 0
    for code, name in TAX_CLASSES.items():
        classes[code], new = TaxClass.objects.get_or_create(code=code, defaults={"name": name})
        made += new
    return classes, made


def _rates() -> list[tuple[str, str, dt.date, Decimal, TaxCategory, str]]:
    """Return (tax class, country, valid from, rate in percent, category, exemption reason)."""
    rates: list[tuple[str, str, dt.date, Decimal, TaxCategory, str]] = []
    since: dict[str, dt.date] = {}
    with resources.files("products.reference_data").joinpath("vat_rates.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            country, day = row["country"], dt.date.fromisoformat(row["valid_from"])
            since[country] = min(day, since.get(country, day))
            rates.extend(
                (code, country, day, Decimal(row[code]), TaxCategory.STANDARD, "") for code in ("standard", "reduced")
            )
    rates.extend(("zero", country, day, Decimal(0), TaxCategory.ZERO, "") for country, day in since.items())
    rates.extend(
        (code, country, EXPORT_SINCE, Decimal(0), TaxCategory.EXPORT, EXPORT_REASON)
        for code in TAX_CLASSES
        for country in EXPORT_COUNTRIES
    )
    return rates

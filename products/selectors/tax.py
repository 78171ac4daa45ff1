"""Which rate of tax applies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from products.exceptions import NoTaxRate
from products.models import TaxClass, TaxRate


def tax_rate_for(*, tax_class: TaxClass, country: str, on: dt.date) -> TaxRate:
    """Return the rate of a tax class in a country on a day.

    Args:
        tax_class: the kind of goods.
        country: ISO 3166-1 alpha-2 code of the country whose tax is due.
        on: day of supply.

    Returns:
        The rate with the newest ``valid_from`` that is not after the day.

    Raises:
        NoTaxRate: none is known.
    """
    return tax_rates_for(tax_classes=[tax_class], country=country, on=on)[tax_class.pk]


def tax_rates_for(*, tax_classes: Collection[TaxClass], country: str, on: dt.date) -> dict[int, TaxRate]:
    """Return the rates of several tax classes, by their primary keys, in one query.

    Args:
        tax_classes: the kinds of goods.
        country: ISO 3166-1 alpha-2 code of the country whose tax is due.
        on: day of supply.

    Raises:
        NoTaxRate: one of them has no rate; the message names all that have none.
    """
    newest_last = TaxRate.objects.filter(
        tax_class__in={tax_class.pk for tax_class in tax_classes}, country=country, valid_from__lte=on
    ).order_by("valid_from")
    found = {rate.tax_class_id: rate for rate in newest_last}
    missing = sorted({tax_class.name for tax_class in tax_classes if tax_class.pk not in found})
    if missing:
        raise NoTaxRate(
            f"No tax rate is known for {', '.join(f'“{name}”' for name in missing)} in {country or '(no country)'} "
            f"on {on:%Y-%m-%d}. Enter it under Tax classes."
        )
    return found

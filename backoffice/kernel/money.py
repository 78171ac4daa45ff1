"""Amounts of money: Decimal, one currency per document, rounded half away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import get_currency_precision

ZERO = Decimal("0.00")


@cache
def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency, for example Decimal("0.01") for EUR, Decimal("1") for JPY.

    Args:
        currency: ISO 4217 code.
    """
    return Decimal(1).scaleb(-get_currency_precision(currency))


def round_money(amount: Decimal, currency: str = "EUR") -> Decimal:
    """Round an amount to the currency's minor unit, half away from zero (EN 16931's rule).

    Args:
        amount: exact amount.
        currency: ISO 4217 code.
    """
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)

"""Amounts of money: Decimal, one currency per document, rounded half away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale

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


def money_text(amount: Decimal, currency: str) -> str:
    """Write an amount with its currency, as the reader's language does.

    Args:
        amount: exact amount.
        currency: ISO 4217 code.
    """
    return _text(str(amount), currency, to_locale(get_language() or "en"))


# A list writes some hundred amounts, and each takes longer than the rest of its row.
# Digits are the key, not the amount: 0 and -0 are equal and are written differently.
@lru_cache(maxsize=4096)
def _text(digits: str, currency: str, locale: str) -> str:
    return str(format_currency(digits, currency, locale=locale))

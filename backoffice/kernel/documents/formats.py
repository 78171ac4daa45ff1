"""Numbers and dates as the document's language writes them.

Digits are Latin in every language, in Arabic too. The IBAN, tax numbers,
invoice numbers and SKUs on the same page are Latin, so are the digits in the
GiroCode and in the XML inside the file, and CLDR's general Arabic locale uses
them as well; one page, one kind of digits.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import (
    NumberPattern,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
    parse_pattern,
)

from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.documents.text import Direction

_DIGITS = "latn"
_LEFT_TO_RIGHT = "\u200e"
_UNIT_PRICE_DECIMALS = 4  # EN 16931, BT-146
_QUANTITY_DECIMALS = 6
_PERCENT = Decimal(100)
_KEPT_RATES = 256


@cache
def locale_of(language: str) -> Locale:
    """Return the locale of a language tag such as ``de``, ``de-AT`` or ``pt_BR``.

    Raises:
        DocumentError: there is no such language.
    """
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        raise DocumentError(f"there is no language {language!r}") from None


def direction(language: str) -> Direction:
    """Return the direction in which a language is written."""
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


def money(amount: Decimal, currency: str, language: str) -> str:
    """Write an amount with its currency, to the currency's minor unit.

    Args:
        amount: already rounded; nothing is rounded on the way to the paper.
        currency: ISO 4217 code.
        language: of the document.

    Raises:
        DocumentError: the amount has more decimals than the currency.
        TypeError: the amount is not a Decimal.
    """
    places = get_currency_precision(currency)
    _require_decimals(amount, places, what=f"an amount in {currency}")
    locale = locale_of(language)
    text = format_currency(amount, currency, locale=locale, numbering_system=_DIGITS)
    if amount < 0 and locale.text_direction == "rtl":
        return text.replace("-", f"{_LEFT_TO_RIGHT}-")  # else the sign stands behind the digits
    return text


def currency_symbol(currency: str, language: str) -> str:
    """Return what stands for a currency in an amount."""
    return get_currency_symbol(currency, locale_of(language))


def unit_price(amount: Decimal, currency: str, language: str) -> str:
    """Write a net price of one piece with its currency, with up to 4 decimals where it has them.

    Raises:
        DocumentError: the price has more than 4 decimals.
        TypeError: the price is not a Decimal.
    """
    _require_decimals(amount, _UNIT_PRICE_DECIMALS, what="a unit price")
    locale = locale_of(language)
    least = get_currency_precision(currency)
    pattern = locale.currency_formats["standard"].pattern
    most = max(_UNIT_PRICE_DECIMALS, least)
    decimals = "0" * least + "#" * (most - least)
    pattern = ";".join(part.replace("0.00", f"0.{decimals}") for part in pattern.split(";"))
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False, numbering_system=_DIGITS)


def decimal(value: Decimal, language: str, *, least: int, most: int) -> str:
    """Write a number without a currency, for columns whose head names it.

    In right-to-left languages a direction mark keeps the sign and the digits together.

    Args:
        value: nothing is rounded on the way to the paper.
        language: of the document.
        least: decimals that are always written.
        most: decimals that are written where the number has them.

    Raises:
        DocumentError: the number has more than ``most`` decimals.
        TypeError: it is not a Decimal.
    """
    _require_decimals(value, most, what="a number")
    locale = locale_of(language)
    text = format_decimal(value, _pattern(least, most), locale=locale, numbering_system=_DIGITS)
    return f"{_LEFT_TO_RIGHT}{text}" if locale.text_direction == "rtl" else text


@cache
def _pattern(least: int, most: int) -> NumberPattern:
    decimals = "0" * least + "#" * (most - least)
    return parse_pattern(f"#,##0.{decimals}" if decimals else "#,##0")


def quantity(value: Decimal, language: str) -> str:
    """Write a quantity without needless zeros.

    Raises:
        DocumentError: it has more than 6 decimals.
        TypeError: it is not a Decimal.
    """
    _require_decimals(value, _QUANTITY_DECIMALS, what="a quantity")
    pattern = _pattern(0, _QUANTITY_DECIMALS)
    return format_decimal(value, pattern, locale=locale_of(language), numbering_system=_DIGITS)


@lru_cache(maxsize=_KEPT_RATES, typed=True)
def percent(rate: Decimal, language: str) -> str:
    """Write a rate given in percent: ``Decimal("7.7")`` is 7.7 %.

    Raises:
        DocumentError: it has more than 4 decimals.
        TypeError: it is not a Decimal.
    """
    _require_decimals(rate, _UNIT_PRICE_DECIMALS, what="a rate")
    locale = locale_of(language)
    pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.####")
    return format_percent(rate / _PERCENT, pattern, locale=locale, numbering_system=_DIGITS)


def day(value: date, language: str, length: Literal["short", "medium", "long"] = "medium") -> str:
    """Write a calendar day."""
    return _latin(format_date(value, format=length, locale=locale_of(language)))


def moment(value: datetime, language: str, length: Literal["short", "medium", "long"] = "short") -> str:
    """Write a day with its time; the value is in the time zone in which it is to be read."""
    return _latin(format_datetime(value.replace(tzinfo=None), format=length, locale=locale_of(language)))


def _latin(text: str) -> str:
    return "".join(str(unicodedata.decimal(character)) if character.isdecimal() else character for character in text)


def _require_decimals(value: Decimal, places: int, *, what: str) -> None:
    if not isinstance(value, Decimal):
        raise TypeError(f"{what} is a Decimal, not {type(value).__name__}")
    if not value.is_finite():
        raise DocumentError(f"{what} is a number, not {value}")
    if value != round(value, places):
        raise DocumentError(f"{what} has at most {places} decimals, not {value}")

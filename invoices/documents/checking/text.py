"""Finding a document's texts and numbers in what was read from its PDF."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache

from bidi.mirror import MIRRORED

from backoffice.kernel.documents import formats
from backoffice.kernel.documents.bidi import has_rtl

_DIRECTION_MARKS = "\u200e\u200f"
_GROUPED = re.compile("(?<=\\d)\u202f(?=\\d)")
UNSIGNED = r"\d[\d.,]*"
NUMBER = rf"-?{UNSIGNED}"


def normalised(text: str) -> str:
    """Reduce a text to what can be compared: plain spaces, no invisible characters.

    Readers of PDF put spaces where gaps are wide, and break lines where the page does, so the number
    of spaces means nothing.
    """
    text = _GROUPED.sub("", text)  # French thousands
    return "".join(map(_comparable, text))


@cache
def _comparable(character: str) -> str:
    if character in _DIRECTION_MARKS or character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cf", "Cc") else character


def pattern_of(text: str) -> str:
    """Return a pattern that finds a text whatever the spaces and line breaks in it.

    Readers differ in how they order a line that runs in two directions. So of a text with
    right-to-left letters only the letters count, as many as stand there, in any order.
    """
    characters = "".join(normalised(text).split())
    if has_rtl(characters):
        allowed = "".join(sorted({form for one in characters for form in (one, MIRRORED.get(one, one))}))
        return rf"(?:[{re.escape(allowed)}]\s*){{{len(characters)}}}"
    return r"\s*".join(map(re.escape, characters))


def money_pattern(name: str, currency: str, language: str) -> str:
    """Return a pattern with a named group for an amount; sign and currency stand before or behind the digits."""
    symbol = pattern_of(formats.currency_symbol(currency, language))
    return rf"(?P<{name}>-?\s*(?:{symbol})?\s*-?\s*{UNSIGNED})(?:\s*{symbol})?"


def number_of(text: str, language: str) -> Decimal:
    """Read a printed number or amount of money."""
    symbols = formats.locale_of(language).number_symbols["latn"]
    digits = "".join(character for character in text if character in "-0123456789.,").strip(".,")
    return Decimal(digits.replace(symbols["group"], "").replace(symbols["decimal"], "."))

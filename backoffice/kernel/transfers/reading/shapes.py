"""The shape of a value seen alone: number, date, address... Used to guess, never to decide what is stored."""

from __future__ import annotations

import re
from typing import Literal

Shape = Literal["blank", "bool", "integer", "decimal", "date", "email", "url", "barcode", "text"]

_DIGITS = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER = re.compile(
    r"""[(]?[+\-\u2212]?\s?(?:[A-Z]{3}|[€$£¥])?\s?
        (?:\d{1,3}(?:[,.'\u2019\s]\d{3})+|\d+)?(?:[.,]\d+)?
        \s?(?:[A-Z]{3}|[€$£¥%])?[)]?""",
    re.VERBOSE | re.ASCII,
)
_DATE = re.compile(
    r"""(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})
        (?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:[AaPp][Mm]|Z|UTC|[+-]\d{2}:?\d{2})?)?""",
    re.VERBOSE | re.ASCII,
)
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]{2,}")
_URL = re.compile(r"(?:https?|ftp)://\S+|www\.\S+\.\S+", re.IGNORECASE)
_BOOLEANS = frozenset({"true", "false", "yes", "no", "wahr", "falsch", "ja", "nein", "oui", "non", "vrai", "faux"})
_BARCODE_LENGTHS = frozenset({8, 12, 13, 14})
LONGEST = 300


def shape_of(text: str) -> Shape:
    """Return what a value looks like."""
    value = text.strip()
    if not value:
        return "blank"
    if len(value) > LONGEST:
        return "text"
    if value.casefold() in _BOOLEANS:
        return "bool"
    if _DIGITS.fullmatch(value):
        return "barcode" if is_barcode(value) else "integer"
    if any(char.isdigit() for char in value):
        if _DATE.fullmatch(value):
            return "date"
        if _NUMBER.fullmatch(value):
            return "decimal"
    if _EMAIL.fullmatch(value):
        return "email"
    return "url" if _URL.fullmatch(value) else "text"


def is_barcode(digits: str) -> bool:
    """Say whether digits are a GTIN-8, -12, -13 or -14 with the right check digit.

    Source: GS1 General Specifications, check digit calculation (weights 3 and 1 from the right).
    """
    if len(digits) not in _BARCODE_LENGTHS or not digits.isdecimal():
        return False
    body = [int(digit) for digit in reversed(digits[:-1])]
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body))
    return (10 - total % 10) % 10 == int(digits[-1])

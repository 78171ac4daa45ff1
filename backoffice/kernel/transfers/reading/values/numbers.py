"""Numbers as people type them: one decimal mark per column, grouped thousands, a currency, brackets for less than zero."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backoffice.kernel.transfers.reading.errors import CellError

from .common import bare, column_of, quoted

# No amount, quantity or weight of a shop is longer; what is, is a slip or an attack on the database.
MAX_DIGITS = 19
# Sign → the currencies that are written with it.
SIGNS: dict[str, frozenset[str]] = {
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP", "EGP", "LBP", "SYP", "GIP", "FKP"}),
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP", "BRL"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
    "₺": frozenset({"TRY"}),
    "₽": frozenset({"RUB"}),
    "₴": frozenset({"UAH"}),
    "₩": frozenset({"KRW"}),
    "₪": frozenset({"ILS"}),
    "zł": frozenset({"PLN"}),
    "Kč": frozenset({"CZK"}),
    "Ft": frozenset({"HUF"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "Fr": frozenset({"CHF"}),
}
CODES = frozenset(
    code for codes in SIGNS.values() for code in codes
) | frozenset(["AED", "SAR", "QAR", "KWD", "BHD", "OMR", "JOD", "MAD", "TND", "DZD", "ZAR", "NGN", "KES", "RON", "BGN", "RSD", "THB", "IDR", "MYR", "PHP", "VND", "PEN", "UYU"])  # fmt: skip

_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_SPACES = " \xa0\u202f\u2009"
_BODY = {
    mark: re.compile(
        rf"(?:[1-9]\d{{0,2}}(?P<group>[{group}])\d{{3}}(?:(?P=group)\d{{3}})*|\d+{indian})?(?:{re.escape(mark)}(?P<part>\d*))?",
        re.ASCII,
    )
    for mark, group, indian in (
        (".", f",'\u2019{_SPACES}", r"|[1-9]\d?(?:,\d{2})+,\d{3}"),
        (",", rf".'\u2019{_SPACES}", ""),
    )
}
_CURRENCY = re.compile(
    rf"(?P<before>[A-Z]{{3}}|{'|'.join(map(re.escape, SIGNS))})?\.?[{_SPACES}]*(?P<rest>.*?)[{_SPACES}]*(?P<after>[A-Z]{{3}}|{'|'.join(map(re.escape, SIGNS))})?\.?"
)
_EXPONENT = re.compile(r"[+-]?[\d.,]+[eE][+-]?\d+", re.ASCII)
_OTHER = {".": ",", ",": "."}
_MARK_NAMES = {".": "a point", ",": "a comma"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalRule:
    """Say how the numbers of a column are written and what they may be.

    Args:
        mark: decimal mark of the whole column, "." or ",".
        places: decimals that may be given, or None; a value is never rounded.
        minimum: smallest value, or None.
        maximum: largest value, or None.
        currency: ISO 4217 code that a sign in the cell must agree with; empty takes any sign.
        percent: "19%" means 19; otherwise a percent sign is refused.
        may_round: the upload asks whether it may be rounded; a refusal then says so.
    """

    mark: str = "."
    places: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str = ""
    percent: bool = False
    may_round: bool = False


POINT = DecimalRule()
WHOLE = DecimalRule(places=0)


def parse_decimal(value: str, rule: DecimalRule = POINT) -> Decimal | CellError | None:
    """Return an exact number.

    Args:
        value: the cell, for example "1,234.56", "€ 5", "(12.50)", "1 234,5 EUR".
        rule: how the column is written.

    Returns:
        The number (never NaN, infinite, or minus zero), None if blank, or the error.
    """
    if rule.mark == "." and _PLAIN.fullmatch(value):
        number: Decimal | CellError | None = Decimal(value)
    else:
        number = _parse(value, rule)
    if number.__class__ is not Decimal:
        return number
    return _within(number, value, rule)


def decimal_column(
    values: Sequence[str], rule: DecimalRule = POINT
) -> tuple[list[Decimal | None], dict[int, CellError]]:
    """Parse a column of numbers; see `parse_decimal`."""
    return column_of(values, lambda value: parse_decimal(value, rule))


def parse_integer(value: str, rule: DecimalRule = WHOLE) -> int | CellError | None:
    """Return a whole number; "12.0" is one, "12.5" is an error.

    Args:
        value: the cell.
        rule: as for decimals; its `places` count as 0.
    """
    if value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS and _unbounded(rule):
        return int(value)
    number = parse_decimal(value, rule)
    if not isinstance(number, Decimal):
        return number
    if number != number.to_integral_value():
        return CellError("not_whole", f"{quoted(value)} is not a whole number.", "Give a number without decimals.")
    return int(number)


def integer_column(values: Sequence[str], rule: DecimalRule = WHOLE) -> tuple[list[int | None], dict[int, CellError]]:
    """Parse a column of whole numbers; see `parse_integer`."""
    return column_of(values, lambda value: parse_integer(value, rule))


def strip_number(text: str) -> tuple[str, str, bool]:
    """Take a number apart.

    Returns:
        Its digits with their marks, the sign or code of a currency (or empty), and whether it is less than zero.
    """
    rest, negative = text, False
    if rest.startswith("(") and rest.endswith(")"):
        rest, negative = rest[1:-1], True
    rest, negative = _signed(rest, negative=negative)
    match = _CURRENCY.fullmatch(rest)
    currency = ""
    if match and (match["before"] or match["after"]):
        rest, currency = match["rest"], match["before"] or match["after"]
        rest, negative = _signed(rest, negative=negative)
    return rest.strip(_SPACES), currency, negative


def possible_marks(digits: str) -> list[str]:
    """Return the decimal marks under which digits with their marks are a number."""
    filled = any(char.isdecimal() for char in digits)
    return [mark for mark, body in _BODY.items() if filled and body.fullmatch(digits)]


def _signed(text: str, *, negative: bool) -> tuple[str, bool]:
    rest = text.strip(_SPACES)
    if rest[:1] in {"-", "\u2212", "+"}:
        return rest[1:].lstrip(_SPACES), negative or rest[0] != "+"
    if rest[-1:] in {"-", "\u2212"}:
        return rest[:-1].rstrip(_SPACES), True
    return rest, negative


def _parse(value: str, rule: DecimalRule) -> Decimal | CellError | None:
    text = bare(value)
    if isinstance(text, CellError):
        return text
    if not text:
        return None
    if not text.isascii():
        text = _western(text, rule.mark)
    if rule.percent:
        text = text.removesuffix("%").rstrip(_SPACES)
    digits, currency, negative = strip_number(text)
    match = _BODY[rule.mark].fullmatch(digits)
    if match is None or digits in {"", rule.mark}:
        return _not_a_number(text, digits, rule)
    if error := _wrong_currency(value, currency, rule.currency):
        return error
    part = match["part"] or ""
    whole = "".join(char for char in digits[: len(digits) - len(part)] if char.isdecimal())
    if len(whole.lstrip("0")) + len(part.rstrip("0")) > MAX_DIGITS:
        return CellError("too_many_digits", f"{quoted(value)} has too many digits.", f"At most {MAX_DIGITS} are kept.")
    number = Decimal(f"{whole or '0'}.{part}" if part else whole)
    return -number if negative and number else number


def _western(text: str, mark: str) -> str:
    """Return a number in Arabic-Indic or other digits in those that the rest of this module reads."""
    marked = text.replace("\u066b", mark).replace("\u066c", _OTHER[mark]).replace("\u066a", "%")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in marked)


def _not_a_number(text: str, digits: str, rule: DecimalRule) -> CellError:
    shown = quoted(text)
    if _EXPONENT.fullmatch(digits):
        return CellError(
            "shortened_number",
            f"{shown} is a number that a spreadsheet program has shortened; its digits are lost.",
            "Format the column as text or as a number without exponent, and type it again.",
        )
    if digits.endswith("%"):
        return CellError("percentage", f"{shown} is a percentage; an amount is expected.", "Give the number itself.")
    other = _OTHER[rule.mark]
    if other in possible_marks(digits):
        return CellError(
            "decimal_mark",
            f"{shown} does not fit: this column has {_MARK_NAMES[rule.mark]} before the decimals.",
            f"Write it so, or choose {_MARK_NAMES[other]} for the whole column.",
        )
    return CellError("not_a_number", f"{shown} is not a number.", "Give digits only, for example 12.50.")


def _wrong_currency(value: str, found: str, expected: str) -> CellError | None:
    if not found:
        return None
    codes = SIGNS.get(found) or (frozenset({found}) if found in CODES else frozenset())
    if not codes:
        return CellError("not_a_number", f"{quoted(value)} is not a number.", "Give digits only, for example 12.50.")
    if expected and expected not in codes:
        return CellError(
            "currency", f"{quoted(value)} is not in {expected}.", f"Convert it to {expected}, or leave out the sign."
        )
    return None


def _within(number: Decimal, value: str, rule: DecimalRule) -> Decimal | CellError:
    if rule.minimum is not None and number < rule.minimum:
        return CellError("too_small", f"{quoted(value)} is less than {rule.minimum}.", "")
    if rule.maximum is not None and number > rule.maximum:
        return CellError("too_large", f"{quoted(value)} is more than {rule.maximum}.", "")
    if rule.places is not None and -int(number.as_tuple().exponent) > rule.places:
        short = number.quantize(Decimal(1).scaleb(-rule.places))
        if short != number:
            return CellError(
                "too_many_places",
                f"{quoted(value)} has more than {rule.places} decimals."
                if rule.places
                else f"{quoted(value)} is not a whole number.",
                "Round it first, or choose that such prices are rounded."
                if rule.may_round
                else "Round it first; values are never rounded without being asked.",
            )
        return short or abs(short)
    return number or abs(number)


def _unbounded(rule: DecimalRule) -> bool:
    return rule.minimum is None and rule.maximum is None

"""Amounts with more decimals than are kept: refused, or rounded where a person asked for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from backoffice.kernel.money import minor_unit, round_money
from backoffice.kernel.transfers.kinds import Choice
from backoffice.kernel.transfers.reading.mapping.columns import Column, ValueFormat
from backoffice.kernel.transfers.reading.mapping.reading_columns import number_rule
from backoffice.kernel.transfers.reading.values.numbers import parse_decimal

_ROUND = "round"
DECIMALS = Choice(
    name="decimals",
    label="Prices with more decimals than the currency has",
    values={"refuse": "Prices with too many decimals are refused", _ROUND: "Prices with too many decimals are rounded"},
    default="refuse",
    help="Some systems keep prices with six decimals: 24.166667 is rounded to 24.17. The preview says how many were.",
)


def rounding_wanted(choices: dict[str, str]) -> bool:
    """Say whether the person who uploads wants prices rounded."""
    return choices.get(DECIMALS.name) == _ROUND


def rounded_texts(column: Column, texts: Sequence[str], written: ValueFormat, currency: str) -> dict[int, str]:
    """Return by place what amounts with too many decimals are rounded to, written as the column is.

    Rounded half away from zero to the currency's minor unit (``round_money``). What is no number,
    or lies out of the column's bounds, is left for the reading to refuse.

    Args:
        column: an amount.
        texts: its cells.
        written: how they are written.
        currency: ISO 4217 code of the shop's own.
    """
    mark = written.decimal_mark
    places = -int(minor_unit(currency).as_tuple().exponent)
    long = re.compile(rf"{re.escape(mark)}\d{{{places + 1}}}")
    rule = number_rule(column, written, exact=True)
    found = {}
    for place, text in enumerate(texts):
        if long.search(text) is None:
            continue
        exact = parse_decimal(text, rule)
        if isinstance(exact, Decimal) and (short := round_money(exact, currency)) != exact:
            found[place] = str(short).replace(".", mark)
    return found

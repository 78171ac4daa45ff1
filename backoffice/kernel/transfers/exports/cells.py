"""From what a driver returns to what a file says, a column at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from backoffice.kernel.lookups import amount_text
from backoffice.kernel.transfers.exports.kinds import CellKind
from backoffice.kernel.transfers.reading.values.text import neutralise_formula

Convert = Callable[[Sequence[Any]], list[Any]]

# The first characters of texts that may have to be neutralised; the rule itself is neutralise_formula's.
_SUSPECT = frozenset("=+-@\t\r\n'")


def converter(kind: CellKind, places: int, *, typed: bool) -> Convert:
    """Return the function for a column's cells.

    Args:
        kind: what the column holds.
        places: decimals of an amount.
        typed: for files whose cells have types (XLSX): numbers and amounts stay numbers.
    """
    if kind == "text":
        return _texts
    if kind == "amount":
        return _numbers(places) if typed else _amounts(places)
    if kind == "flag":
        return _flags
    if kind in {"date", "datetime"}:
        return _moments if kind == "datetime" else _days
    return _plain


def _texts(values: Sequence[Any]) -> list[Any]:
    suspect = _SUSPECT
    return [
        ""
        if value is None
        else (neutralise_formula(value) if value[:1] in suspect else value)
        if type(value) is str
        else neutralise_formula(str(value))
        for value in values
    ]


def _amounts(places: int) -> Convert:
    def convert(values: Sequence[Any]) -> list[Any]:
        return ["" if value is None else amount_text(value, places) for value in values]

    return convert


def _numbers(places: int) -> Convert:
    def convert(values: Sequence[Any]) -> list[Any]:
        return [None if value is None else Decimal(amount_text(value, places) or 0) for value in values]

    return convert


def _flags(values: Sequence[Any]) -> list[Any]:
    return ["" if value is None else "yes" if value else "no" for value in values]


def _days(values: Sequence[Any]) -> list[Any]:
    return ["" if value is None else str(value)[:10] for value in values]


def _moments(values: Sequence[Any]) -> list[Any]:
    """Return moments as people of the shop read them: local time, to the second."""
    zone = timezone.get_current_timezone()
    return ["" if value is None else _local(value, zone) for value in values]


def _local(value: Any, zone: dt.tzinfo) -> str:
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return str(aware.astimezone(zone).replace(microsecond=0, tzinfo=None))


def _plain(values: Sequence[Any]) -> list[Any]:
    return ["" if value is None else value for value in values]

"""Dates and times: ISO 8601, days before or after months as decided for the column, months by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from backoffice.kernel.transfers.reading.errors import CellError

from .common import bare, column_of, quoted
from .months import MONTHS

DateOrder = Literal["", "dmy", "mdy"]
FIRST_YEAR, LAST_YEAR = 1900, 2200
NOON = 12

_ISO = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))", re.ASCII)
NUMERIC = re.compile(r"(\d{1,2})\s?([-/. ])\s?(\d{1,2})\s?\2\s?(\d{2}|\d{4})", re.ASCII)
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-. ]*([^\W\d_]{3,12})[-., ]*(\d{4})")
_NAME_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_CLOCK = re.compile(
    r"""(?:[T ]|,\s)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?
        (?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$""",
    re.VERBOSE | re.ASCII,
)
_PLAIN_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HINT = "Write it as year-month-day, for example 2024-03-31."


def parse_date(value: str, order: DateOrder = "") -> date | CellError | None:
    """Return a day.

    Args:
        value: the cell; a time of day is taken only if it is midnight.
        order: "dmy" or "mdy" as decided for the column; empty reads only what has one meaning.

    Returns:
        The day, None if blank, or the error (`date_ambiguous` where the order must be chosen).
    """
    if _PLAIN_ISO.fullmatch(value):
        return _day(value, *map(int, value.split("-")))
    moment = parse_datetime(value, order)
    if not isinstance(moment, datetime):
        return moment
    if moment.time() != time():
        return CellError("has_time", f"{quoted(value)} holds a time of day too; only a date is expected.", _HINT)
    return moment.date()


def date_column(values: Sequence[str], order: DateOrder = "") -> tuple[list[date | None], dict[int, CellError]]:
    """Parse a column of days; see `parse_date`."""
    return column_of(values, lambda value: parse_date(value, order))


def parse_datetime(value: str, order: DateOrder = "") -> datetime | CellError | None:
    """Return a moment; it has a zone only if the cell names one.

    Args:
        value: the cell; a day without a time means its midnight.
        order: as for `parse_date`.
    """
    text = bare(value)
    if isinstance(text, CellError):
        return text
    if not text:
        return None
    match = _CLOCK.search(text)
    day = _parse_day(text[: match.start()] if match else text, value, order)
    if isinstance(day, CellError):
        return day
    if match is None:
        return datetime.combine(day, time())
    clock = _clock(match)
    if clock is None:
        return CellError("not_a_time", f"{quoted(value)} holds no valid time of day.", "Write it as 08:30 or 08:30:15.")
    return datetime.combine(day, clock)


def datetime_column(values: Sequence[str], order: DateOrder = "") -> tuple[list[datetime | None], dict[int, CellError]]:
    """Parse a column of moments; see `parse_datetime`."""
    return column_of(values, lambda value: parse_datetime(value, order))


def _parse_day(text: str, value: str, order: DateOrder) -> date | CellError:
    if match := _ISO.fullmatch(text):
        month, day = match[3] or match[5], match[4] or match[6]
        return _day(value, int(match[1]), int(month), int(day))
    if match := NUMERIC.fullmatch(text):
        return _numeric_day(match, value, order)
    if match := _DAY_NAME.fullmatch(text):
        return _named_day(value, match[1], match[2], match[3])
    if match := _NAME_DAY.fullmatch(text):
        return _named_day(value, match[2], match[1], match[3])
    if text.isdecimal():
        hint = "It may be a spreadsheet's day number: format the column as a date and save the file again."
        return CellError("not_a_date", f"{quoted(value)} is not a date.", hint)
    return CellError("not_a_date", f"{quoted(value)} is not a date.", _HINT)


def _numeric_day(match: re.Match[str], value: str, order: DateOrder) -> date | CellError:
    first, second, year = int(match[1]), int(match[3]), match[4]
    if len(year) == 2:  # two digits
        return CellError("short_year", f"{quoted(value)} has a year of two digits.", "Write the year with four digits.")
    chosen = order or implied_order(match)
    if not chosen:
        return CellError(
            "date_ambiguous",
            f"{quoted(value)} may be the {first}. day of month {second} or the {second}. day of month {first}.",
            "Choose for the whole column whether the day or the month comes first.",
        )
    day, month = (first, second) if chosen == "dmy" else (second, first)
    return _day(value, int(year), month, day)


def implied_order(match: re.Match[str]) -> DateOrder:
    """Return the order that a numeric date can only have: by a number above 12, by equal numbers, or by points."""
    first, second = int(match[1]), int(match[3])
    if first > NOON >= second:
        return "dmy"
    if second > NOON >= first:
        return "mdy"
    return "dmy" if match[2] == "." or first == second else ""


def _named_day(value: str, day: str, name: str, year: str) -> date | CellError:
    month = MONTHS.get(name.casefold()[:4]) or MONTHS.get(name.casefold()[:3])
    if month is None:
        return CellError("not_a_date", f"{quoted(value)} is not a date.", _HINT)
    return _day(value, int(year), month, int(day))


def _day(value: str, year: int, month: int, day: int) -> date | CellError:
    try:
        found = date(year, month, day)
    except ValueError:
        return CellError("no_such_day", f"{quoted(value)} is a day that does not exist.", _HINT)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return CellError("year_out_of_range", f"{quoted(value)} lies before {FIRST_YEAR} or after {LAST_YEAR}.", _HINT)
    return found


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if match["half"].casefold() == "p" else 0)
    microsecond = int((match["part"] or "").ljust(6, "0")[:6])
    try:
        return time(hour, minute, second, microsecond, tzinfo=_zone(match["zone"]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)

"""Turn what a cell stores into the text that a person sees in it, exactly.

A text stays as it is. A number keeps its digits: 15 significant ones, as spreadsheet programs
show, since the rest is noise of binary fractions (19.989999999999998 was typed as 19.99); an
integer has no ".0" and never an exponent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from .styles import CellStyle

# What a formula leaves in a file that no spreadsheet program has opened: no result.
UNCALCULATED = "#UNCALCULATED!"
SIGNIFICANT = 15
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's dates know no zone
# Serial 60 is 29 February 1900, a day that never was; before it the count is one less.
_EARLY_EPOCH = datetime(1899, 12, 31)  # noqa: DTZ001  # likewise
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001  # likewise
_LEAP_BUG = 60
_LAST_SERIAL = 2_958_466  # 1 January 10000
_SECONDS = 86_400


def number_text(raw: str) -> str:
    """Return a stored number as plain digits."""
    if raw.isdecimal() and raw.isascii():
        return raw
    if len(raw) <= SIGNIFICANT and "E" not in raw and "e" not in raw:
        return raw.rstrip("0").rstrip(".") if "." in raw else raw
    try:
        text = format(float(raw), f".{SIGNIFICANT}g")
    except ValueError:
        return raw
    return format(Decimal(text), "f") if "e" in text else text


def styled_text(raw: str, style: CellStyle, *, from_1904: bool) -> str:
    """Return a stored number as its format means it.

    Args:
        raw: the number as stored.
        style: meaning of the cell's format.
        from_1904: the workbook counts days from 1904 (old Macintosh versions).
    """
    try:
        if style.meaning == "date":
            return date_text(float(raw), from_1904=from_1904)
        if style.meaning == "elapsed":
            return elapsed_text(float(raw))
    except (ValueError, OverflowError):
        return number_text(raw)
    text = number_text(raw)
    if style.meaning == "padded" and text.isdecimal():
        return text.zfill(style.digits)
    if style.meaning == "percent" and text.removeprefix("-").replace(".", "", 1).isdecimal():
        return f"{(Decimal(text) * 100).normalize():f}%"
    return text


def date_text(serial: float, *, from_1904: bool) -> str:
    """Return a spreadsheet's day number as ISO 8601: a date, a time, or both.

    Raises:
        ValueError: for a number that is no day of the years 1900 to 9999.
    """
    if not 0 <= serial < _LAST_SERIAL:
        raise ValueError(serial)
    seconds = round(serial * _SECONDS)
    days, rest = divmod(seconds, _SECONDS)
    clock = _clock(rest)
    if not days and not from_1904:
        return clock
    from_1900 = _EPOCH if days >= _LEAP_BUG else _EARLY_EPOCH
    day = ((_EPOCH_1904 if from_1904 else from_1900) + timedelta(days=days)).date().isoformat()
    return f"{day} {clock}" if rest else day


def elapsed_text(days: float) -> str:
    """Return a length of time as hours, minutes and seconds; the hours may exceed 24."""
    if days < 0:
        return f"-{_clock(round(-days * _SECONDS))}"
    return _clock(round(days * _SECONDS))


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}"

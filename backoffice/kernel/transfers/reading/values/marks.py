"""Decide once for a whole column which decimal mark its numbers are written with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from .common import INVISIBLE
from .numbers import strip_number

_SEPARATED = re.compile(r"\d+(?:[.,'\u2019 \xa0\u202f]\d+)+|[.,]\d+", re.ASCII)
GROUP = 3


class MarkGuess(NamedTuple):
    """Name the decimal mark of a column, whether it is certain, why, and whether other columns settled it."""

    mark: str
    sure: bool
    note: str
    borrowed: bool = False


def decide_decimal_mark(values: Iterable[str], *, hint: str = "") -> MarkGuess:
    """Decide whether the numbers of a column have a point or a comma before their decimals.

    A cell such as "12,50" or "1.234,56" proves one; "1,234" alone may be either. Where cells
    prove both, nothing is certain and a person must choose: no cell is read by its own rule.

    Args:
        values: cells of the column, the more the better.
        hint: mark that other columns of the same file prove; it settles a column that proves none.
    """
    proof: dict[str, str] = {}
    doubtful = ""
    for value in values:
        if "." not in value and "," not in value:
            continue
        digits = strip_number(value.strip(INVISIBLE).lstrip("'"))[0].removesuffix("%").strip()
        if not _SEPARATED.fullmatch(digits):
            continue
        mark = proven_mark(digits)
        if mark:
            proof.setdefault(mark, value.strip())
        else:
            doubtful = doubtful or value.strip()
    if len(proof) > 1:
        note = f"“{proof['.']}” has a point before its decimals, “{proof[',']}” a comma; one of them is wrong."
        return MarkGuess(hint or next(iter(proof)), sure=False, note=note)
    if proof:
        mark, example = next(iter(proof.items()))
        return MarkGuess(mark, sure=True, note=f"Seen in “{example}”.")
    if doubtful:
        why = "as in the other columns" if hint else "as in most files"
        point, comma = _readings(doubtful)
        note = f"“{doubtful}” may be {point} or {comma}; it is read {why}."
        return MarkGuess(hint or ".", sure=bool(hint), note=note, borrowed=bool(hint))
    return MarkGuess(hint or ".", sure=True, note="No cell has decimals.")


def proven_mark(digits: str) -> str:
    """Return the decimal mark that a number proves, or empty if either is possible."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        last = max(digits.rfind("."), digits.rfind(","))
        return digits[last] if digits.count(digits[last]) == 1 else ""
    mark = "." if points else ","
    other = "," if points else "."
    if points + commas == 0:
        return ""
    if points + commas > 1:
        groups = digits.split(mark)
        return other if all(len(group) == GROUP for group in groups[1:]) else ""
    before, _, after = digits.partition(mark)
    lead = re.sub(r"\D", "", before)
    grouped_before = len(before) != len(lead)
    if len(after) != GROUP or grouped_before or len(lead) > GROUP or lead.startswith("0") or not lead:
        return mark
    return ""


def _readings(value: str) -> tuple[str, str]:
    """Return how a doubtful number reads with a point and with a comma as its mark."""
    plain = re.sub(r"[^\d]", "", value)
    decimals = re.sub(r"[^\d.,]", "", value).replace(",", ".")
    return (decimals, plain) if "." in value else (plain, decimals)

"""Decide once for a whole column which decimal mark its numbers are written with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from .common import INVISIBLE
from .numbers import possible_marks, strip_number


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
        marks = possible_marks(digits)
        if len(marks) == 1:
            proof.setdefault(marks[0], value.strip())
        elif marks:
            doubtful = doubtful or value.strip()
    if len(proof) > 1:
        note = f"“{proof['.']}” has a point before its decimals, “{proof[',']}” a comma; one of them is wrong."
        return MarkGuess(hint or next(iter(proof)), sure=False, note=note)
    if proof:
        mark, example = next(iter(proof.items()))
        return MarkGuess(mark, sure=True, note=f"Seen in “{example}”.")
    if doubtful:
        point, comma = _readings(doubtful)
        read = "; it is read as in the other columns" if hint else ""
        note = f"“{doubtful}” may be {point} or {comma}{read}."
        return MarkGuess(hint or ".", sure=bool(hint), note=note, borrowed=bool(hint))
    return MarkGuess(hint or ".", sure=True, note="No cell has decimals.")


def _readings(value: str) -> tuple[str, str]:
    """Return how a doubtful number reads with a point and with a comma as its mark."""
    plain = re.sub(r"[^\d]", "", value)
    decimals = re.sub(r"[^\d.,]", "", value).replace(",", ".")
    return (decimals, plain) if "." in value else (plain, decimals)

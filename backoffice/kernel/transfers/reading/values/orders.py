"""Decide once for a whole column whether its dates have the day or the month first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .common import INVISIBLE
from .dates import NUMERIC, DateOrder, implied_order


class OrderGuess(NamedTuple):
    """Name the order of day and month in a column, whether it is certain, why, and whether other columns settled it."""

    order: DateOrder
    sure: bool
    note: str
    borrowed: bool = False


def decide_date_order(values: Iterable[str], *, hint: DateOrder = "") -> OrderGuess:
    """Decide whether dates such as 03/04/2024 have the day ("dmy") or the month ("mdy") first.

    A cell with a number above 12 proves it, and so do points between the numbers. Where nothing
    proves it, or cells contradict each other, the order is empty unless other columns of the
    file give a hint, and a person must choose.

    Args:
        values: cells of the column, the more the better.
        hint: order that other columns of the same file prove; it settles a column that proves none.
    """
    proof: dict[DateOrder, str] = {}
    doubtful = ""
    for value in values:
        head = value.strip(INVISIBLE).lstrip("'").split("T")[0].split(",")[0]
        match = NUMERIC.match(head)
        if not match:
            continue
        order = implied_order(match)
        if not order:
            doubtful = doubtful or value.strip()
        elif match[1].lstrip("0") != match[3].lstrip("0"):
            proof.setdefault(order, value.strip())
    if len(proof) > 1:
        note = f"“{proof['dmy']}” has the day first, “{proof['mdy']}” the month; one of them is wrong."
        return OrderGuess("", sure=False, note=note)
    if proof:
        order, example = next(iter(proof.items()))
        return OrderGuess(order, sure=True, note=f"Seen in “{example}”.")
    if doubtful:
        note = f"“{doubtful}” may have the day or the month first."
        settled = f"{note} It is read as in the other columns." if hint else note
        return OrderGuess(hint, sure=bool(hint), note=settled, borrowed=bool(hint))
    return OrderGuess(hint, sure=True, note="Every date has one meaning.")

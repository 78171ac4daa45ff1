"""Decide where the table begins and whether its first row names the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from typing import NamedTuple

from .header import name_key
from .shapes import Shape, shape_of

# What no heading looks like.
VALUE_SHAPES: frozenset[Shape] = frozenset({"integer", "decimal", "date", "email", "url", "barcode", "bool"})
LONGEST_NAME = 60
MOST_PREAMBLE = 20
SAMPLE_ROWS = 100
# Known headings that tell a heading row below others from data.
FEWEST_KNOWN = 2


class HeaderGuess(NamedTuple):
    """Say how many rows stand above the table, whether it has headings, why, and how many of them are known."""

    skip: int
    reason: str
    has_header: bool
    sure: bool
    known: int = 0


def guess_header(records: Sequence[Sequence[str]], known: Set[str]) -> HeaderGuess:
    """Decide from the first rows of a file.

    Args:
        records: the first rows, blank ones too.
        known: comparable names (`header.known_keys`) of the fields that the caller expects.
    """
    skip = _known_heading(records, known) or _preamble(records)
    rows = [record for record in records[skip:] if any(cell.strip() for cell in record)]
    if not rows:
        return HeaderGuess(skip, "There is only one row.", has_header=True, sure=False)
    first, rest = rows[0], rows[1 : SAMPLE_ROWS + 1]
    filled = [cell for cell in first if cell.strip()]
    recognised = [cell for cell in filled if name_key(cell) in known]
    values = [cell for cell in filled if shape_of(cell) in VALUE_SHAPES]
    if recognised and len(recognised) * 5 >= len(filled) and len(values) * 2 < len(filled):
        names = ", ".join(f"“{cell.strip()}”" for cell in recognised[:3])
        reason = f"The first row has known headings: {names}."
        return HeaderGuess(skip, reason, has_header=True, sure=True, known=len(recognised))
    if values:
        return _despite_values(skip, first, rest, values)
    return _by_names(skip, first, filled, rest)


def _despite_values(
    skip: int, first: Sequence[str], rest: Sequence[Sequence[str]], values: Sequence[str]
) -> HeaderGuess:
    """Decide where the first row holds a number, a date or an address: years may be headings, prices may not."""
    votes = _votes(first, rest)
    if votes > len(values):
        return HeaderGuess(
            skip, "The first row differs from the others, though it holds values.", has_header=True, sure=False
        )
    return HeaderGuess(
        skip,
        f"The first row holds values such as “{values[0].strip()[:40]}”, so it is data.",
        has_header=False,
        sure=True,
    )


def _by_names(skip: int, first: Sequence[str], filled: Sequence[str], rest: Sequence[Sequence[str]]) -> HeaderGuess:
    votes = _votes(first, rest)
    keys = [name_key(cell) for cell in filled]
    like_names = len(set(keys)) == len(keys) and all(0 < len(cell.strip()) <= LONGEST_NAME for cell in filled)
    if votes > 0:
        return HeaderGuess(skip, "The first row holds names, the rows below hold values.", has_header=True, sure=True)
    if votes == 0 and like_names:
        return HeaderGuess(
            skip, "The first row looks like headings, but the rows below hold text too.", has_header=True, sure=False
        )
    return HeaderGuess(skip, "The first row looks like the other rows.", has_header=False, sure=False)


def _votes(first: Sequence[str], rest: Sequence[Sequence[str]]) -> int:
    """Count the columns whose first cell differs in shape from the rest, less those where it is the same."""
    votes = 0
    for place, cell in enumerate(first):
        column = [row[place].strip() for row in rest if place < len(row) and row[place].strip()]
        if not column or not cell.strip():
            continue
        shape, count = Counter(map(shape_of, column)).most_common(1)[0]
        if cell.strip() in column:
            votes -= 1
        elif shape in VALUE_SHAPES and count * 5 >= len(column) * 4:
            votes += 1 if shape_of(cell) == "text" else -1
        elif min(map(len, column)) > LONGEST_NAME >= len(cell):
            votes += 1
    return votes


def _known_heading(records: Sequence[Sequence[str]], known: Set[str]) -> int:
    """Return how many rows stand above the first that mostly holds known headings, if each of them is shorter."""
    longest = 0
    for place, record in enumerate(records[: MOST_PREAMBLE + 1]):
        filled = [cell for cell in record if cell.strip()]
        recognised = sum(name_key(cell) in known for cell in filled)
        if recognised >= FEWEST_KNOWN and recognised * 2 >= len(filled):
            return place if 0 < longest < len(filled) else 0
        longest = max(longest, len(filled))
    return 0


def _preamble(records: Sequence[Sequence[str]]) -> int:
    """Return how many rows above the table are a title, a date of issue and the like.

    Only where the table is at least four columns wide and the rows above hold at most two cells.
    """
    sizes = [sum(1 for cell in record if cell.strip()) for record in records]
    if not sizes:
        return 0
    usual = Counter(size for size in sizes if size).most_common(1)
    width = max((len(record) for record in records), default=0)
    if width < 4 or not usual or usual[0][0] < 3:  # explained above
        return 0
    for place, size in enumerate(sizes[: MOST_PREAMBLE + 1]):
        if size * 4 >= usual[0][0] * 3:
            return place if any(sizes[:place]) else 0
        if size > 2:  # explained above
            return 0
    return 0

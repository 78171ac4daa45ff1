"""Column headings: one way to compare them, and names for those that are blank or twice there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .limits import Limits

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f"))
# Names longer than this are no names, and not worth remembering.
LONGEST_KNOWN = 200
_NOT_WORD = re.compile(r"[^\w]+|_+")


@dataclass(frozen=True, slots=True)
class Header:
    """Hold the headings of a file.

    Args:
        names: one distinct name per column, to show and to save a mapping under.
        raw: the headings as the file has them.
        row: row number of the headings, or 0 if the file has none.
        problems: in plain words, each blank or repeated heading.
        repeated: those of them that are about headings that are there more than once.
    """

    names: tuple[str, ...]
    raw: tuple[str, ...]
    row: int
    problems: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def normal_name(text: str) -> str:
    """Return a heading in the form in which headings are compared.

    Case, accents, spaces, underscores, hyphens, punctuation, byte order marks and
    no-break spaces make no difference: "Prix_d'achat " and "PRIX  D-ACHAT" are the same.
    """
    return _short_name(text) if len(text) <= LONGEST_KNOWN else _normal(text)


def name_key(text: str) -> str:
    """Return a heading without any word boundary: "E-Mail", "e mail" and "EMail" are one."""
    return normal_name(text).replace(" ", "")


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.translate(_INVISIBLE)).casefold()
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", bare).strip()


# The same few hundred names are compared with each heading of each file.
_short_name = lru_cache(maxsize=8192)(_normal)


def known_keys(names: Iterable[str]) -> frozenset[str]:
    """Return the comparable forms of the names that a caller knows."""
    return frozenset(filter(None, map(name_key, names)))


def make_header(cells: Sequence[str], *, width: int, row: int, limits: Limits) -> Header:
    """Name every column of a heading row.

    Args:
        cells: the heading row.
        width: columns that the file has; further ones are named by their number.
        row: row number of the headings.
        limits: caps.

    Raises:
        ReadError: `too_many_columns`.
    """
    limits.check_columns(max(len(cells), width), row=row, line=row)
    raw = [cell.translate(_INVISIBLE) for cell in cells] + [""] * (width - len(cells))
    shown = [" ".join(cell[: LONGEST_KNOWN * 2].split())[:LONGEST_KNOWN] for cell in raw]
    counts = Counter(map(name_key, shown))
    taken: set[str] = set()
    names: list[str] = []
    problems: list[str] = []
    repeated: list[str] = []
    for number, name in enumerate(shown, start=1):
        own = _distinct(name or f"Column {number}", taken)
        taken.add(own)
        names.append(own)
        if not name:
            problems.append(f"Column {number} has no heading; it is called “{own}”.")
        elif own != name or (counts[name_key(name)] > 1 and name_key(name) in map(name_key, names[:-1])):
            repeated.append(f"The heading “{name}” is there more than once; column {number} is called “{own}”.")
            problems.append(repeated[-1])
    return Header(tuple(names), tuple(raw), row, tuple(problems), tuple(repeated))


def numbered_header(width: int) -> Header:
    """Name the columns of a file without headings."""
    names = tuple(f"Column {number}" for number in range(1, width + 1))
    return Header(names, names, 0)


def _distinct(name: str, taken: set[str]) -> str:
    keys = set(map(name_key, taken))
    if name_key(name) not in keys and name not in taken:
        return name
    count = 2
    while f"{name} ({count})" in taken or name_key(f"{name} ({count})") in keys:
        count += 1
    return f"{name} ({count})"

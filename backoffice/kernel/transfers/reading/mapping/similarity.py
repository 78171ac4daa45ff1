"""How much a heading resembles a field, and whether the cells below it can be the field's values."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from backoffice.kernel.transfers.reading.header import name_key, normal_name
from backoffice.kernel.transfers.reading.shapes import shape_of

from .columns import Column, ValueFormat
from .reading_columns import decide_format, read_column

# Words that tell one heading from another least.
WEAK_WORDS = frozenset({"product", "item", "variant", "the", "of", "customer", "order", "new", "value", "field", "in"})
WEAK = 0.25
SHORTEST = 4
# A guess by name must be this near.
NEAR_NAME = 0.72


def name_similarity(heading: str, column: Column) -> float:
    """Return 0 to 1: how much a heading resembles any name of a field."""
    names = (column.field, column.label, *column.synonyms)
    return max((_similar(heading, name) for name in names if name), default=0.0)


def _similar(one: str, other: str) -> float:
    first, second = name_key(one), name_key(other)
    if not first or not second:
        return 0.0
    return max(_shared_letters(first, second), _shared_words(one, other))


def _shared_letters(first: str, second: str) -> float:
    """Return the share of letters in common and in order; short names resemble each other by chance."""
    if min(len(first), len(second)) < SHORTEST:
        return 0.0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # Two cheap upper bounds come first: most pairs of names are nowhere near.
    if matcher.real_quick_ratio() < NEAR_NAME or matcher.quick_ratio() < NEAR_NAME:
        return 0.0
    return matcher.ratio()


def _shared_words(one: str, other: str) -> float:
    """Return the weight of the words in common by the weight of all words."""
    first, second = set(normal_name(one).split()), set(normal_name(other).split())
    every = sum(map(_weight, first | second))
    return sum(map(_weight, first & second)) / every if every else 0.0


def _weight(word: str) -> float:
    return WEAK if word in WEAK_WORDS or word.isdecimal() else 1.0


def value_fit(column: Column, values: Sequence[str]) -> float | None:
    """Return the share of filled cells that read as values of a field, or None if all are blank."""
    filled = [value for value in values if value.strip()]
    if not filled:
        return None
    if column.shape:
        return sum(shape_of(value) == column.shape for value in filled) / len(filled)
    written = decide_format(column, filled).written
    if column.kind in {"date", "datetime"} and not written.date_order:
        # Which order it is, is another question; any date fits here.
        return max(_share(column, filled, order) for order in ("dmy", "mdy"))
    _, errors = read_column(column, filled, written)
    return 1 - len(errors) / len(filled)


def _share(column: Column, filled: Sequence[str], order: str) -> float:
    _, errors = read_column(column, filled, ValueFormat.from_json({"date_order": order}))
    return 1 - len(errors) / len(filled)

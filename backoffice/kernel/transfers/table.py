"""Some rows of a file, held column by column: first as texts, then as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final


class _Clear:
    """What a cell says that empties its field."""

    def __repr__(self) -> str:
        return "CLEAR"


# A blank cell keeps what is stored (None among the values); the token empties it (CLEAR).
CLEAR: Final = _Clear()
CLEAR_MARK: Final = "[clear]"


@dataclass(slots=True)
class Relatives:
    """Hold what the rows of all chunks say of each other, for files whose families are not in one chunk.

    Attributes:
        groups: each name of a parent → the group of its family.
        texts: name of a parent → field → its text: all that its children may not say, if it comes after them.
        children: key of a child → its parent's key, and its options as (name, value).
        keys: keys of the rows seen so far.
        wanted: names of parents that the rows seen so far have named.
    """

    groups: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    children: dict[str, tuple[str, list[tuple[str, str]]]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)


@dataclass(slots=True)
class RawTable:
    """Rows of a file as texts, by field.

    Attributes:
        numbers: row numbers as a spreadsheet shows them.
        cells: field, or a shape's own name, → one text per row; "" where a cell is blank or missing.
        flaws: place → what is wrong with the whole row.
        skipped: place → why the row is left out.
        parents: places of rows that describe a parent only (a product without a variant of its own).
        remarks: tallied remarks → how often; they become warnings.
        currency: the shop's own, in which prices are kept.
        relatives: what other chunks of the file say of these rows; nothing where it has one chunk.
    """

    numbers: list[int]
    cells: dict[str, list[str]]
    flaws: dict[int, str] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    parents: set[int] = field(default_factory=set)
    remarks: dict[str, int] = field(default_factory=dict)
    currency: str = ""
    relatives: Relatives = field(default_factory=Relatives)

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> list[str]:
        """Return the texts of a field; blanks where the file has no such column."""
        found = self.cells.get(name)
        return found if found is not None else [""] * len(self.numbers)

    def remark(self, text: str, count: int = 1) -> None:
        """Count a remark that becomes a warning."""
        self.remarks[text] = self.remarks.get(text, 0) + count


@dataclass(slots=True)
class Batch:
    """The same rows as values, ready to be planned.

    Attributes:
        numbers, skipped, parents: as in the raw table.
        values: field → one value per row: None keeps, CLEAR empties. Amounts are digits as text in
            the field's own places, dates are ISO text, so that a value equals itself as stored.
        errors: place → [field, value, message] of each wrong cell; field and value "" for a whole row.
    """

    numbers: list[int]
    values: dict[str, list[Any]]
    skipped: dict[int, str]
    parents: set[int]
    errors: dict[int, list[list[str]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> Sequence[Any]:
        """Return the values of a field; None throughout where no column fills it."""
        found = self.values.get(name)
        return found if found is not None else [None] * len(self.numbers)

    def refuse(self, place: int, field_name: str, value: object, message: str) -> None:
        """Note that a row cannot be used."""
        shown = "" if value is None or value is CLEAR else str(value)[:200]
        self.errors.setdefault(place, []).append([field_name, shown, message])

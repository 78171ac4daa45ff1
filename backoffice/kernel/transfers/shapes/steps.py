"""Small steps that turn a foreign export's rows into plain ones, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from backoffice.kernel.transfers.table import RawTable, Relatives


class Step(Protocol):
    """Change a table of texts in place."""

    def __call__(self, table: RawTable) -> None:
        """Change the table."""

    def fills(self) -> tuple[str, ...]:
        """Name the fields that the step may fill though no column of the file does."""


@runtime_checkable
class Surveying(Protocol):
    """A step that joins rows which may be in different chunks of a long file."""

    def survey(self, table: RawTable, relatives: Relatives) -> None:
        """Note what the rows of a chunk say of others; called for all chunks in turn, as they are before this step."""


class _Plain:
    """A step that only works on columns that are there."""

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()


@dataclass(frozen=True)
class CarryDown(_Plain):
    """Give a blank cell the value of the row above, where a group's rows leave it out."""

    name: str

    def __call__(self, table: RawTable) -> None:
        last, cells = "", []
        for text in table.column(self.name):
            last = text.strip() or last
            cells.append(last)
        table.cells[self.name] = cells


@dataclass(frozen=True)
class Translate:
    """Replace the system's words by ours; others stay."""

    name: str
    words: Mapping[str, str]
    target: str = ""

    def __call__(self, table: RawTable) -> None:
        if self.name not in table.cells:
            return
        words = {word.casefold(): ours for word, ours in self.words.items()}
        cells = table.cells[self.name]
        table.cells[self.target or self.name] = [words.get(text.strip().casefold(), text) for text in cells]

    def fills(self) -> tuple[str, ...]:
        """Fill the target."""
        return (self.target,) if self.target else ()


@dataclass(frozen=True)
class BlankOut(_Plain):
    """Take placeholders for what they are: nothing."""

    name: str
    placeholders: frozenset[str]

    def __call__(self, table: RawTable) -> None:
        if self.name in table.cells:
            none = self.placeholders
            table.cells[self.name] = ["" if text.strip() in none else text for text in table.cells[self.name]]


@dataclass(frozen=True)
class Pick:
    """Fill a field with the first of several columns that is not blank."""

    target: str
    sources: tuple[str, ...]

    def __call__(self, table: RawTable) -> None:
        columns = [table.column(name) for name in self.sources]
        table.cells[self.target] = [
            next((text for text in row if text.strip()), "") for row in zip(*columns, strict=True)
        ]

    def fills(self) -> tuple[str, ...]:
        """Fill the target."""
        return (self.target,)


@dataclass(frozen=True)
class Derive:
    """Fill a field with what a function makes of another column's text."""

    target: str
    source: str
    function: Callable[[str], str]

    def __call__(self, table: RawTable) -> None:
        if self.source in table.cells:
            table.cells[self.target] = list(map(self.function, table.cells[self.source]))

    def fills(self) -> tuple[str, ...]:
        """Fill the target."""
        return (self.target,)


@dataclass(frozen=True)
class Combine:
    """Fill fields with what a function makes of several columns' texts, row by row.

    Attributes:
        targets: fields that are filled; the function returns one text for each.
        sources: columns that the function is given.
    """

    targets: tuple[str, ...]
    sources: tuple[str, ...]
    function: Callable[..., tuple[str, ...]]

    def __call__(self, table: RawTable) -> None:
        if not any(name in table.cells for name in self.sources):
            return
        rows = zip(*(table.column(name) for name in self.sources), strict=True)
        results = [self.function(*row) for row in rows]
        for place, target in enumerate(self.targets):
            table.cells[target] = [result[place] for result in results]

    def fills(self) -> tuple[str, ...]:
        """Fill the targets."""
        return self.targets


@dataclass(frozen=True)
class SkipRows(_Plain):
    """Leave out the rows whose cell has one of some values, and say why."""

    name: str
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, table: RawTable) -> None:
        if self.name not in table.cells:
            return
        reasons = {value.casefold(): reason for value, reason in self.reasons.items()}
        for place, text in enumerate(table.cells[self.name]):
            reason = reasons.get(text.strip().casefold())
            if reason:
                table.skipped.setdefault(place, reason)


@dataclass(frozen=True)
class SkipWithout(_Plain):
    """Leave out rows in which none of some fields is filled: they carry nothing that is loaded."""

    names: tuple[str, ...]
    reason: str

    def __call__(self, table: RawTable) -> None:
        columns = [table.cells[name] for name in self.names if name in table.cells]
        for place, row in enumerate(zip(*columns, strict=True)):
            if not any(row) or not any(text.strip() for text in row):
                table.skipped.setdefault(place, self.reason)


@dataclass(frozen=True)
class OptionlessRowsAreParents(_Plain):
    """Take a group's rows without option values for the parent's own, where other rows of the group have some."""

    group: str
    option: str

    def __call__(self, table: RawTable) -> None:
        groups, options = table.column(self.group), table.column(self.option)
        with_options = {key for key, value in zip(groups, options, strict=True) if key and value.strip()}
        for place, (key, value) in enumerate(zip(groups, options, strict=True)):
            if key in with_options and not value.strip():
                table.parents.add(place)

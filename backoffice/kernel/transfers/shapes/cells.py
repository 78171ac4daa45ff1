"""Steps for cells that hold more, or other, than a field can take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backoffice.kernel.transfers.table import RawTable


@dataclass(frozen=True)
class Shorten:
    """Cut texts that a field cannot hold whole, and say so."""

    name: str
    length: int
    label: str

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        cells = table.cells.get(self.name, [])
        for place, text in enumerate(cells):
            if len(text) > self.length:
                cells[place] = f"{text[: self.length - 2].rstrip()} …"
                table.remark(
                    f"{self.label} is cut to {self.length} letters.|{self.label}s are cut to {self.length} letters."
                )


@dataclass(frozen=True)
class OnlyKnown:
    """Refuse rows whose cell has none of the known values, and leave out those that are not wanted.

    Attributes:
        name: the column.
        known: values that are loaded.
        left_out: further values → why their rows are left out.
        label: what the column is, for messages.
    """

    name: str
    known: frozenset[str]
    left_out: dict[str, str]
    label: str

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        for place, text in enumerate(table.cells.get(self.name, [])):
            # Some systems add to the kind: "simple, virtual".
            value = text.split(",")[0].strip().casefold()
            if value in self.left_out:
                table.skipped.setdefault(place, self.left_out[value])
            elif value and value not in self.known:
                table.flaws.setdefault(place, f"“{text.strip()[:60]}” is no {self.label} that is known.")


@dataclass(frozen=True)
class OnlyOf:
    """Keep some columns only in the rows of some kinds, and say how many rows lost something.

    Attributes:
        names: the columns.
        told_by: the column that names a row's kind, maybe with more after a comma.
        kinds: the kinds whose rows keep them.
        remark: what is said of the other rows: of one | of many.
        silent: further kinds of which nothing is said.
    """

    names: tuple[str, ...]
    told_by: str
    kinds: frozenset[str]
    remark: str
    silent: frozenset[str] = frozenset()

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        columns = [table.cells[name] for name in self.names if name in table.cells]
        for place, text in enumerate(table.cells.get(self.told_by, []) if columns else ()):
            kind = text.split(",")[0].strip().casefold()
            if kind in self.kinds:
                continue
            if (
                kind not in self.silent
                and place not in table.skipped
                and any(column[place].strip() for column in columns)
            ):
                table.remark(self.remark)
            for column in columns:
                column[place] = ""


@dataclass(frozen=True)
class FirstOfKey:
    """Keep one of several rows with one key: the others say the same in other languages.

    It is the first one without a language, or else the first one.

    Attributes:
        key: what the rows have in common.
        told_by: column in which they differ.
    """

    key: str
    told_by: str

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        if self.told_by not in table.cells:
            return
        first: dict[str, int] = {}
        words = table.cells[self.told_by]
        keys = [text.strip() for text in table.column(self.key)]
        for place, key in enumerate(keys):
            known = first.setdefault(key, place)
            if words[known].strip() and not words[place].strip():
                first[key] = place
        for place, key in enumerate(keys):
            if not key:
                continue
            known = first[key]
            if known != place and words[place].strip() != words[known].strip():
                language = words[place].strip() or "another language"
                reason = f"Texts in “{language}” are not kept; row {table.numbers[known]} describes the product."
                table.skipped.setdefault(place, reason)


@dataclass(frozen=True)
class OnePath:
    """Keep one of the paths that a cell names, and say where others are lost that do not lead to it.

    Attributes:
        name: the column.
        paths: returns the paths of a cell, their levels separated by “ > ”.
        deepest: the longest path is kept instead of the first one.
    """

    name: str
    paths: Callable[[str], list[str]]
    deepest: bool = False

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        cells = table.cells.get(self.name, [])
        for place, text in enumerate(cells):
            paths = [path for path in self.paths(text) if path] if text else []
            kept = max(paths, key=lambda path: path.count(" > ")) if paths and self.deepest else "".join(paths[:1])
            cells[place] = kept
            if place not in table.skipped and any(not f"{kept} > ".startswith(f"{path} > ") for path in paths):
                table.remark(
                    f"row names more than one {self.name}; one is kept.|rows name more than one {self.name}; one is kept."
                )


@dataclass(frozen=True)
class SplitOptions:
    """Read option names and values that stand in one cell each: ``size|colour`` and ``M|red``.

    Attributes:
        names: cell of the names; a blank one means those of the row above.
        values: cell of the values.
        options: pairs of fields (name, value) to fill.
        between: what separates them.
    """

    names: str
    values: str
    options: tuple[tuple[str, str], ...]
    between: str = "|"

    def fills(self) -> tuple[str, ...]:
        """Fill the options."""
        return tuple(name for pair in self.options for name in pair)

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        for name in self.fills():
            table.cells[name] = [""] * len(table)
        last: list[str] = []
        for place, (names, values) in enumerate(zip(table.column(self.names), table.column(self.values), strict=True)):
            given = [part.strip() for part in values.split(self.between) if part.strip()]
            last = [part.strip() for part in names.split(self.between) if part.strip()] or last
            for (name_field, value_field), name, value in zip(self.options, last, given, strict=False):
                table.cells[name_field][place] = name.capitalize()
                table.cells[value_field][place] = value

"""Parent and child rows: which belong to one article, and what the children may not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from backoffice.kernel.transfers.table import RawTable

SlugOf = Callable[[str], str]


@dataclass(frozen=True)
class ParentChild:
    """Join rows by a column of the child that names its parent.

    Attributes:
        key: what a row is called when others refer to it.
        parent: column of the child that names the parent.
        group: field that holds the rows together afterwards.
        slug: makes the group's value from the parent's name.
        kind: column that tells parents; where empty, a row is a parent when another one names it.
        parents: values of that column.
        other_keys: further columns by which a parent may be named, each with what precedes it there
            (``{"~id": "id:"}``).
        parent_only: fields that a child may not set, because its parent does.
        child_only: fields that a parent may not set.
    """

    key: str
    parent: str
    group: str
    slug: SlugOf
    kind: str = ""
    parents: frozenset[str] = frozenset()
    other_keys: dict[str, str] = field(default_factory=dict)
    parent_only: tuple[str, ...] = ()
    child_only: tuple[str, ...] = ()

    def fills(self) -> tuple[str, ...]:
        """Fill the group."""
        return (self.group,)

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        keys = [text.strip() for text in table.column(self.key)]
        named = [text.strip() for text in table.column(self.parent)]
        wanted = {name for name in named if name}
        groups = list(table.column(self.group))
        by_name = self._parents(table, keys, wanted)
        for name, place in by_name.items():
            table.parents.add(place)
            groups[place] = self.slug(keys[place] or name)
            _blank(table, place, self.child_only)
        for place, name in enumerate(named):
            if not name:
                continue
            above = by_name.get(name)
            groups[place] = self.slug((keys[above] if above is not None else "") or name)
            if above is not None:
                _blank(table, place, self.parent_only)
        table.cells[self.group] = groups

    def _parents(self, table: RawTable, keys: list[str], wanted: set[str]) -> dict[str, int]:
        """Return the parents among the rows, by each name that a child may use."""
        kinds = [text.strip().casefold() for text in table.column(self.kind)] if self.kind else []
        others = {name: table.column(name) for name in self.other_keys}
        found: dict[str, int] = {}
        for place, key in enumerate(keys):
            if place in table.skipped:
                continue
            names = [key, *(f"{before}{others[name][place].strip()}" for name, before in self.other_keys.items())]
            if (kinds[place] in self.parents) if kinds else bool(wanted.intersection(filter(None, names))):
                for name in filter(None, names):
                    found.setdefault(name, place)
        return found


@dataclass(frozen=True)
class VariationList:
    """Read a parent's cell that lists its children with their options: ``sku=A-1,size=M|sku=A-2,size=L``.

    Attributes:
        source: the cell.
        key: field that names a child, and its name in the list.
        parent: column of the child that is filled with the parent's key.
        options: pairs of fields (name, value) that are filled from the rest of the entry.
    """

    source: str
    key: str
    parent: str
    options: tuple[tuple[str, str], ...]
    between: str = "|"
    inside: str = ","

    def fills(self) -> tuple[str, ...]:
        """Fill the options and the reference to the parent."""
        return (self.parent, *(name for pair in self.options for name in pair))

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        keys = [text.strip() for text in table.column(self.key)]
        for name in self.fills():
            table.cells.setdefault(name, [""] * len(table))
        places = {key: place for place, key in enumerate(keys) if key}
        for place, text in enumerate(table.column(self.source)):
            for entry in text.split(self.between) if text.strip() else ():
                pairs = dict(part.split("=", 1) for part in entry.split(self.inside) if "=" in part)
                child = places.get(pairs.pop(self.key, "").strip())
                if child is None:
                    continue
                table.cells[self.parent][child] = keys[place]
                for (name_field, value_field), (name, value) in zip(self.options, pairs.items(), strict=False):
                    table.cells[name_field][child] = name.strip().replace("_", " ").capitalize()
                    table.cells[value_field][child] = value.strip()


def _blank(table: RawTable, place: int, names: tuple[str, ...]) -> None:
    for name in names:
        if name in table.cells:
            table.cells[name][place] = ""

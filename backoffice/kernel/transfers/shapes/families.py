"""Parent and child rows: which belong to one article, and what the children may not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from backoffice.kernel.transfers.table import RawTable, Relatives

SlugOf = Callable[[str], str]


@dataclass(frozen=True)
class ParentChild:
    """Join rows by a column of the child that names its parent.

    Attributes:
        key: what a row is called when others refer to it.
        parent: column of the child that names the parent.
        group: field that holds the rows together afterwards.
        slug: makes the group's value from the parent's name, where the parent's own row gives none.
        kind: column that tells parents; where empty, a row is a parent when another one names it.
        parents: values of that column.
        other_keys: further columns by which a parent may be named, each with what precedes it there
            (``{"~id": "id:"}``).
        parent_only: fields that a child may not set, because its parent does.
        child_only: fields that a parent may not set.
        needed: fields that a child of a new product repeats where the row of its parent is far above it.
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
    needed: tuple[str, ...] = ("name",)

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
            groups[place] = groups[place].strip() or self.slug(keys[place] or name)
            _blank(table, place, self.child_only)
        relatives = table.relatives
        for place, name in enumerate(named):
            if not name:
                continue
            above = by_name.get(name)
            if above is None and name in relatives.groups:
                groups[place] = relatives.groups[name]
                _write(table, place, self.parent_only, relatives.texts.get(name, {}))
                continue
            groups[place] = groups[above] if above is not None else self.slug(name)
            if above is not None:
                _blank(table, place, self.parent_only)
        table.cells[self.group] = groups

    def survey(self, table: RawTable, relatives: Relatives) -> None:
        """Note the parents of a chunk for the chunks that hold their children."""
        keys = [text.strip() for text in table.column(self.key)]
        named = {text.strip() for text in table.column(self.parent)} - {""}
        for name, place in self._parents(table, keys, named).items():
            own = table.column(self.group)[place].strip()
            relatives.groups.setdefault(name, own or self.slug(keys[place] or name))
            if name not in relatives.texts:
                told = self.parent_only if name in relatives.wanted else self.needed
                relatives.texts[name] = {field: table.cells[field][place] for field in told if field in table.cells}
        relatives.wanted |= named

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
        for name in self.fills():
            table.cells.setdefault(name, [""] * len(table))
        children = {**table.relatives.children, **self._children(table)}
        for place, text in enumerate(table.column(self.key)):
            parent, options = children.get(text.strip(), ("", []))
            if not parent:
                continue
            table.cells[self.parent][place] = parent
            for (name_field, value_field), (name, value) in zip(self.options, options, strict=False):
                table.cells[name_field][place] = name
                table.cells[value_field][place] = value

    def survey(self, table: RawTable, relatives: Relatives) -> None:
        """Note the children that a chunk lists for the chunks that hold them."""
        found = self._children(table)
        relatives.children |= found
        relatives.wanted.update(parent for key, (parent, _) in found.items() if key in relatives.keys)
        relatives.keys.update(text.strip() for text in table.column(self.key))

    def _children(self, table: RawTable) -> dict[str, tuple[str, list[tuple[str, str]]]]:
        """Return the key of each child that is listed → its parent's key, and its options."""
        found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
        keys = table.column(self.key)
        for place, text in enumerate(table.column(self.source)):
            for entry in text.split(self.between) if text.strip() else ():
                pairs = dict(part.split("=", 1) for part in entry.split(self.inside) if "=" in part)
                child = pairs.pop(self.key, "").strip()
                if child:
                    options = [(_spelled(name), value.strip()) for name, value in pairs.items()]
                    found[child] = (keys[place].strip(), options)
        return found


def _spelled(name: str) -> str:
    return name.strip().replace("_", " ").capitalize()


def _blank(table: RawTable, place: int, names: tuple[str, ...]) -> None:
    _write(table, place, names, {})


def _write(table: RawTable, place: int, names: tuple[str, ...], texts: dict[str, str]) -> None:
    """Replace some cells of a row; those without a text become blank."""
    for name in names:
        if name in table.cells:
            table.cells[name][place] = texts.get(name, "")

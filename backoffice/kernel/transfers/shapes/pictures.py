"""Steps for pictures that stand in several columns, or in rows of their own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from backoffice.kernel.transfers.table import RawTable

BETWEEN = "|"


@dataclass(frozen=True)
class JoinCells:
    """Put the entries of several columns into one cell, each entry once, in the order of the columns.

    Attributes:
        target: field that is filled.
        sources: columns, which may hold several entries themselves.
        inside: what separates those; "" where a cell is one entry.
    """

    target: str
    sources: tuple[str, ...]
    inside: str = ""

    def fills(self) -> tuple[str, ...]:
        """Fill the target."""
        return (self.target,)

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        columns = [table.cells[name] for name in self.sources if name in table.cells]
        if not columns:
            return
        joined = []
        for row in zip(*columns, strict=True):
            parts = (part for text in row for part in (text.split(self.inside) if self.inside else [text]))
            joined.append(BETWEEN.join(dict.fromkeys(part.strip() for part in parts if part.strip())))
        table.cells[self.target] = joined


@dataclass(frozen=True)
class GatherPictures:
    """Collect the pictures of an article's rows in its first row, in their stated order.

    Rows that add nothing but a picture are left out; the row that takes it over is named.

    Attributes:
        group: field that rows of one article have in common.
        images: cell of one picture each.
        position: column of its place among the others.
        texts: cell of its description.
        describing: fields of which any other row fills at least one.
    """

    group: str
    images: str
    position: str
    texts: str
    describing: tuple[str, ...]

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        if self.images not in table.cells:
            return
        columns = [table.cells[name] for name in self.describing if name in table.cells]
        groups = table.column(self.group)
        with_picture: dict[str, list[int]] = defaultdict(list)
        first: dict[str, int] = {}
        bare: list[int] = []
        for place, image in enumerate(table.cells[self.images]):
            key = groups[place]
            describes = any(column[place].strip() for column in columns)
            if describes:
                first.setdefault(key, place)
            if image.strip():
                with_picture[key].append(place)
                if not describes:
                    bare.append(place)
        for key, places in with_picture.items():
            self._collect(table, places, first.get(key, places[0]))
        for place in bare:
            keeper = first.get(groups[place], with_picture[groups[place]][0])
            if place != keeper:
                table.skipped.setdefault(place, f"Its picture is used in row {table.numbers[keeper]}.")

    def _collect(self, table: RawTable, places: list[int], keeper: int) -> None:
        images, positions = table.cells[self.images], table.column(self.position)
        texts = table.cells.get(self.texts)
        ordered = sorted(places, key=lambda place: (_rank(positions[place]), place))
        found: dict[str, str] = {}
        for place in ordered:
            # A description may hold what separates descriptions.
            text = texts[place].strip().replace(BETWEEN, "/") if texts is not None else ""
            image = images[place].strip()
            found[image] = found.get(image) or text
            images[place] = ""
            if texts is not None:
                texts[place] = ""
        images[keeper] = BETWEEN.join(found)
        if texts is not None and any(found.values()):
            texts[keeper] = BETWEEN.join(found.values())


def _rank(text: str) -> int:
    """Return a stated place; pictures without one come last."""
    return int(text) if text.strip().isdecimal() else 1_000_000

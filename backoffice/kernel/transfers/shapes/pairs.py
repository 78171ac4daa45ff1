"""Steps for cells that hold names and their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.kernel.transfers.table import RawTable

# A comma parts pairs only where another name follows.
_BETWEEN_PAIRS = re.compile(r",(?=\s*\w+=)")


@dataclass(frozen=True)
class FromPairs:
    """Fill fields from a cell such as ``colour=Red,maker=Acme``, and say where it holds more.

    Attributes:
        source: the cell.
        fields: name in the cell → field that it fills where that is blank.
        also_kept: fields whose value, if it is in the cell too, is no loss.
    """

    source: str
    fields: Mapping[str, str]
    also_kept: tuple[str, ...] = ()

    def fills(self) -> tuple[str, ...]:
        """Fill the fields."""
        return tuple(dict.fromkeys(self.fields.values()))

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        if self.source not in table.cells:
            return
        for name in self.fills():
            table.cells.setdefault(name, [""] * len(table))
        kept = [table.cells[name] for name in self.also_kept if name in table.cells]
        for place, text in enumerate(table.cells[self.source]):
            known = {column[place] for column in kept}
            lost = False
            for name, value in _pairs(text):
                target = self.fields.get(name)
                if target and not table.cells[target][place].strip():
                    table.cells[target][place] = value
                elif value and value not in known and not target:
                    lost = True
            if lost and place not in table.skipped:
                table.remark(
                    "row has further attributes; they are not kept.|rows have further attributes; they are not kept."
                )


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return names and values of a cell; a value may hold commas."""
    parts = _BETWEEN_PAIRS.split(text) if "=" in text else []
    pairs = (part.partition("=") for part in parts)
    return [(name.strip(), value.strip().strip('"')) for name, _, value in pairs if name.strip()]


@dataclass(frozen=True)
class SumOfPairs:
    """Add up the numbers of a cell such as ``berlin=5,paris=7``; another cell stays as it is."""

    name: str
    between: str = ","

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        cells = table.cells.get(self.name, [])
        for place, text in enumerate(cells):
            numbers = [part.partition("=")[2].strip() for part in text.split(self.between) if "=" in part]
            if numbers and all(number.lstrip("-").isdecimal() for number in numbers):
                cells[place] = str(sum(map(int, numbers)))

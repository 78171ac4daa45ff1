"""What the readers of CSV and XLSX hand to the common part: some rows at once, so that speed is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .errors import CellError


class Block(NamedTuple):
    """Hold some records of a file, blank ones included.

    Args:
        numbers: row number of each record as a spreadsheet shows it.
        lines: first physical line of each record.
        rows: the cells.
        flaws: what is wrong with a record, by its row number.
    """

    numbers: Sequence[int]
    lines: Sequence[int]
    rows: list[list[str]]
    flaws: dict[int, CellError]

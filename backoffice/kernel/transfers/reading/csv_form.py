"""The csv module's reader, set up for one kind of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol


class CsvReader(Protocol):
    """Describe the reader of the csv module, whose own type has no public name in Python 3.11."""

    @property
    def line_num(self) -> int:
        """Count the lines read so far."""

    def __iter__(self) -> Iterator[list[str]]:
        """Return itself."""

    def __next__(self) -> list[str]:
        """Return the next record."""


class CsvForm(NamedTuple):
    """Hold what the parser needs to know; empty text where a character has no meaning.

    `spaced` says that blanks after a delimiter are no part of the cell, which may be quoted behind them.
    """

    delimiter: str
    quotechar: str
    doublequote: bool
    escapechar: str
    spaced: bool = False

    def reader(self, lines: Iterable[str], *, strict: bool = True) -> CsvReader:
        """Return a csv reader over lines with their line ends."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quotechar or None,
            doublequote=self.doublequote,
            escapechar=self.escapechar or None,
            quoting=csv.QUOTE_MINIMAL if self.quotechar else csv.QUOTE_NONE,
            skipinitialspace=self.spaced,
            strict=strict,
        )

    def roughly(self, line: str) -> list[str]:
        """Return the cells of one malformed line as well as they can be told apart."""
        text = line.rstrip("\r\n").replace("\r", " ").replace("\n", " ")
        return next(iter(self.reader([text], strict=False)), [])

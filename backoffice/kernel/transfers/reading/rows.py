"""The one way to the rows of a file, whatever its format.

Row numbers are counted as a spreadsheet program shows them: the first record of the file is row
1, headings, titles and blank rows included, and a line break inside a quoted cell starts no new
row. Line numbers are what a text editor shows; for XLSX they equal the row numbers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from typing import NamedTuple

from .blocks import Block
from .csv_blocks import csv_blocks
from .dialect import Dialect
from .errors import CellError, ReadError
from .header import Header, make_header, numbered_header
from .limits import Limits
from .sheets.rows import sheet_blocks
from .source import Source, opened, size_of


class RawRow(NamedTuple):
    """Hold one data row as the file has it.

    Args:
        number: row number as a spreadsheet shows it.
        line: first physical line of the row in a text editor.
        cells: texts in the order of the columns; cells that the row does not have are left
            out at the end, so that a shorter list means absent, not blank.
        flaw: why the whole row cannot be used, or None.
    """

    number: int
    line: int
    cells: list[str]
    flaw: CellError | None = None


def open_rows(
    source: Source, dialect: Dialect, limits: Limits | None = None, *, after: int = 0
) -> Generator[RawRow, None, None]:
    """Yield the data rows of a file, from top to bottom, in constant memory.

    Rows above the heading, the heading and blank rows are left out, and the caps hold.

    Args:
        source: path or seekable binary file.
        dialect: how to read it.
        limits: caps.
        after: go on after the row of this number (of an earlier `RawRow`), for work that was cut off.

    Raises:
        ReadError: with the row, wherever reading cannot go on.
    """
    caps = limits or Limits()
    make = tuple.__new__
    left = caps.max_rows
    with closing(_blocks(source, dialect, caps)) as blocks:
        width, heading = dialect.width, not dialect.has_header
        for block in blocks:
            flaws = block.flaws
            for number, line, cells in zip(block.numbers, block.lines, block.rows, strict=True):
                if (not cells or not cells[0].strip()) and not any(map(str.strip, cells)) and number not in flaws:
                    continue
                if not heading or number <= dialect.skip:
                    if number > dialect.skip:
                        heading = True
                        width = _width(cells, dialect)
                    continue
                left -= 1
                if left < 0:
                    raise caps.too_many_rows()
                if number <= after:
                    continue
                flaw = flaws.get(number) if flaws else None
                if len(cells) > width:
                    flaw = flaw or _too_many(cells, width)
                yield make(RawRow, (number, line, cells, flaw))


def read_header(source: Source, dialect: Dialect, limits: Limits | None = None) -> Header:
    """Return the headings of a file, each column with a distinct name.

    Raises:
        ReadError: as `open_rows`; `too_many_columns`.
    """
    caps = limits or Limits()
    if not dialect.has_header:
        caps.check_columns(dialect.width)
        return numbered_header(dialect.width)
    with closing(_blocks(source, dialect, caps)) as blocks:
        for number, _, cells, flaw in _records(blocks):
            if number > dialect.skip and any(map(str.strip, cells)):
                if flaw is not None:
                    raise ReadError(flaw.code, flaw.message, number, hint=flaw.hint)
                return make_header(cells, width=_width(cells, dialect), row=number, limits=caps)
    raise ReadError("empty", "The file has no row with a value.", hint="Choose the file again, or export it again.")


def read_samples(source: Source, dialect: Dialect, limits: Limits | None = None, *, count: int = 200) -> list[RawRow]:
    """Return the first data rows, to show and to guess from."""
    with closing(open_rows(source, dialect, limits)) as rows:
        return list(islice(rows, count))


def first_records(source: Source, dialect: Dialect, limits: Limits, count: int) -> list[list[str]]:
    """Return the first records of a file as they are, blank ones and headings too, each at its row number."""
    records: list[list[str]] = []
    with closing(_blocks(source, dialect, limits)) as blocks:
        for number, _, cells, _ in _records(blocks):
            if number > count:
                break
            if number < 1:
                continue
            records += [[] for _ in range(number - 1 - len(records))]
            records.append(cells)
    return records


def _blocks(source: Source, dialect: Dialect, limits: Limits) -> Generator[Block, None, None]:
    with opened(source) as file:
        limits.check_bytes(size_of(file))
        if dialect.format == "xlsx":
            yield from sheet_blocks(file, dialect.sheet, limits)
        else:
            yield from csv_blocks(file, dialect, limits)


def _records(blocks: Iterator[Block]) -> Iterator[RawRow]:
    for block in blocks:
        for number, line, cells in zip(block.numbers, block.lines, block.rows, strict=True):
            yield RawRow(number, line, cells, block.flaws.get(number))


def _width(heading: list[str], dialect: Dialect) -> int:
    """Return how many cells a row may have: in a sheet, columns beside the table have no heading but may hold remarks."""
    return max(len(heading), dialect.width) if dialect.format == "xlsx" else len(heading)


def _too_many(cells: list[str], width: int) -> CellError | None:
    """Cut blank cells off a row that is too long; say so if the others are not blank."""
    extra = [cell for cell in cells[width:] if cell.strip()]
    if not extra:
        del cells[width:]
        return None
    return CellError(
        "too_many_cells",
        f"The row has {len(cells)} cells, the table has {width} columns; the first one too many is “{extra[0][:60]}”.",
        "A delimiter inside a text needs quotes around the text.",
    )

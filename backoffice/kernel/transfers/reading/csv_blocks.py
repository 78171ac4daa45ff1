"""Read CSV in blocks of lines, at the speed of Python's csv module, with bounded memory.

Most blocks have one record per line; they are parsed in one call. A block in which a quoted
cell holds line breaks, or in which a quote stands where none may, is parsed record by record.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from .blocks import Block
from .csv_form import CsvForm
from .dialect import Dialect
from .encodings import WIDE, mark_of
from .errors import CellError, ReadError
from .limits import Limits
from .scan import MAX_LINE, scan_text
from .source import text_of
from .structure import newline_of

BLOCK_CHARS = 256 * 1024
# A row that goes on for longer has a quote that is never closed.
MAX_RECORD = 1024 * 1024
# A lone surrogate: no valid text decodes to it, so a cell that holds it holds an undecodable byte.
BAD_BYTE = "\udcff"
_OPEN_QUOTE = "unexpected end of data"
_NEW_LINE = "new-line character"
MISPLACED_QUOTE = CellError(
    "quote_misplaced",
    "A quote stands where none may be: after the closing quote of a cell comes more text.",
    "Write a quote inside a quoted cell twice, or delete it.",
)
STRAY_BREAK = CellError(
    "stray_line_break",
    "A line break of another kind than the others stands inside a cell without quotes.",
    "Delete it, or set the line ends of the file to “mixed” if it begins a new row.",
)


def _mark_bad_byte(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return BAD_BYTE, error.end
    raise error


codecs.register_error("backoffice.bad_byte", _mark_bad_byte)


class _Parsed(NamedTuple):
    rows: list[list[str]]
    starts: Sequence[int]  # place of each record's first line among the lines given
    consumed: int  # lines used; the rest belongs to a record that goes on in the next block
    flaws: dict[int, CellError]


def csv_blocks(file: IO[bytes], dialect: Dialect, limits: Limits) -> Iterator[Block]:
    """Yield the records of a CSV file from its first to its last.

    Raises:
        ReadError: `line_too_long`, `encoding` (with the row that holds the byte), `quote_open`, `cell_too_long`.
    """
    dialect.check_characters()
    # The module's own cap would stop at a legal cell; cells are measured below instead.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE * 2))
    file.seek(0)
    mark, marked = mark_of(file.read(4))
    start = len(mark) if dialect.bom or marked == dialect.encoding else 0
    scan = scan_text(file, encoding=dialect.encoding, start=start)
    errors = "strict" if scan.bad_offset is None else "backoffice.bad_byte"
    newline = newline_of(dialect.line_terminator)
    with text_of(file, encoding=dialect.encoding, errors=errors, newline=newline, start=start) as stream:
        for block in _parse(stream, dialect, limits):
            if scan.bad_offset is not None:
                yield from _until_bad_byte(block, dialect)
            else:
                yield _without_nul(block) if scan.has_nul else block


def _parse(stream: IO[str], dialect: Dialect, limits: Limits) -> Iterator[Block]:
    form = CsvForm(dialect.delimiter, dialect.quotechar, dialect.doublequote, dialect.escapechar, dialect.spaced)
    carried: list[str] = []
    number, line, waiting = 1, 1, 0
    while True:
        # Twice as much each time that a record goes on, so that its lines are parsed a few times, not many.
        fresh = stream.readlines(max(BLOCK_CHARS, waiting))
        lines = carried + fresh if carried else fresh
        if not lines:
            return
        if line == 1 and lines[0][:4].casefold() == "sep=":
            number = 0  # An instruction to spreadsheet programs, which show no row for it.
        parsed = _parse_lines(lines, form, width=dialect.width, at_end=not fresh, place=(number, line))
        size = len(parsed.rows)
        flaws = _long_cells(parsed, lines, limits)
        lines_of = [line + start for start in parsed.starts]
        numbered = {number + at: flaw for at, flaw in flaws.items()}
        yield Block(range(number, number + size), lines_of, parsed.rows, numbered)
        number += size
        line += parsed.consumed
        carried = lines[parsed.consumed :]
        waiting = sum(map(len, carried))
        if waiting > max(MAX_RECORD, 2 * limits.max_cell_chars):
            raise _open_quote(carried[0], form, number, line)


def _parse_lines(lines: list[str], form: CsvForm, *, width: int, at_end: bool, place: tuple[int, int]) -> _Parsed:
    try:
        rows = list(form.reader(lines))
    except csv.Error:
        return _parse_carefully(lines, form, width=width, at_end=at_end, place=place)
    if len(rows) == len(lines):
        return _Parsed(rows, range(len(rows)), len(lines), {})
    return _parse_carefully(lines, form, width=width, at_end=at_end, place=place)


def _parse_carefully(lines: list[str], form: CsvForm, *, width: int, at_end: bool, place: tuple[int, int]) -> _Parsed:
    """Parse record by record, keeping the first line of each and mending what can be mended."""
    rows: list[list[str]] = []
    starts: list[int] = []
    flaws: dict[int, CellError] = {}
    reader = form.reader(lines)
    while (start := reader.line_num) < len(lines):
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if not at_end and str(error) == _OPEN_QUOTE:
                return _Parsed(rows, starts, start, flaws)
            row = _mended(lines[start : reader.line_num], form, width, error, (place[0] + len(rows), place[1] + start))
            flaws[len(rows)] = STRAY_BREAK if str(error).startswith(_NEW_LINE) else MISPLACED_QUOTE
        rows.append(row)
        starts.append(start)
    return _Parsed(rows, starts, len(lines), flaws)


def _mended(record: list[str], form: CsvForm, width: int, error: csv.Error, place: tuple[int, int]) -> list[str]:
    """Return the cells of a malformed record as well as they can be told apart.

    Raises:
        ReadError: `quote_open`, where the rows that follow could not be trusted.
    """
    if len(record) > 1 or str(error) == _OPEN_QUOTE:
        raise _open_quote(record[0], form, *place)
    row = form.roughly(record[0])
    if record[0].count(form.quotechar or '"') % 2 and len(row) != width:
        raise _open_quote(record[0], form, *place)
    return row


def _open_quote(first: str, form: CsvForm, number: int, line: int) -> ReadError:
    cells = form.roughly(first)
    return ReadError(
        "quote_open",
        "A quote is opened here and not closed properly, so it cannot be told where the row ends.",
        number,
        len(cells) or None,
        "Close the quote, write a quote inside a quoted cell twice, or set the file to have no quotes.",
        line=line,
    )


def _long_cells(parsed: _Parsed, lines: list[str], limits: Limits) -> dict[int, CellError]:
    """Return the flaws with those rows added that hold a cell beyond the limit."""
    most = limits.max_cell_chars
    spread = parsed.consumed != len(parsed.rows)
    if not spread and max(map(len, lines)) <= most:
        return parsed.flaws
    flaws = dict(parsed.flaws)
    for place, row in enumerate(parsed.rows):
        if row and len(max(row, key=len)) > most:
            flaws[place] = CellError(
                "cell_too_long",
                f"A cell holds {len(max(row, key=len)):,} characters; the most is {most:,}.",
                "Shorten the text, or check the quotes around it.",
            )
    return flaws


def _without_nul(block: Block) -> Block:
    """Flag the rows that hold a NUL character: no database stores it, no person typed it."""
    flaws = dict(block.flaws)
    for place, row in enumerate(block.rows):
        if any("\0" in cell for cell in row):
            block.rows[place] = [cell.replace("\0", "\ufffd") for cell in row]
            flaws[block.numbers[place]] = CellError(
                "nul", "The row holds a NUL character, so it is damaged.", "Export the file again from its source."
            )
    return block._replace(flaws=flaws)


def _until_bad_byte(block: Block, dialect: Dialect) -> Iterator[Block]:
    """Yield the rows before the first that cannot be decoded, then refuse that one by its number."""
    for place, row in enumerate(block.rows):
        column = next((column for column, cell in enumerate(row, start=1) if BAD_BYTE in cell), None)
        if column is not None:
            yield Block(block.numbers[:place], block.lines[:place], block.rows[:place], block.flaws)
            wide = dialect.encoding in WIDE
            raise ReadError(
                "encoding",
                f"A character cannot be read as {dialect.encoding}: the file is in another encoding"
                + (" or cut off." if wide else "."),
                block.numbers[place],
                column,
                "Choose another encoding, for example Windows-1252, or save the file as UTF-8.",
                line=block.lines[place],
            )
    yield block

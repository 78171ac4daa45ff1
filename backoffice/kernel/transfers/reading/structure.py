"""Find delimiter, quote and line end of CSV text by reading it in each plausible way and comparing the tables.

A right reading gives rows of one width, cells that look like values, and no quote out of place.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice

from .csv_form import CsvForm
from .dialect import Terminator
from .shapes import shape_of

PRIMARY = ",;\t|"
SECONDARY = "^~\x1f\x1e\x01\x02¦§"
LAST_RESORT = ":#*!=/&%+"
MAX_RECORDS = 200
SINGLE_COLUMN = 0.12
CLEAR_LEAD = 1.15
# What a heading over ragged rows looks like, and how many of the rows its delimiter has to part.
FEWEST_HEADINGS = 3
LONGEST_HEADING = 60
MOSTLY = 0.8
_WEIGHT = {**dict.fromkeys(PRIMARY, 1.0), **dict.fromkeys(SECONDARY, 0.85), **dict.fromkeys(LAST_RESORT, 0.45)}


@dataclass(frozen=True, slots=True)
class Structure:
    """Hold one way to read the text and how well it fits (0 to 1)."""

    delimiter: str
    quotechar: str
    escapechar: str
    score: float
    width: int
    sure: bool = True
    spaced: bool = False

    @property
    def form(self) -> CsvForm:
        """Return what the csv module needs to know."""
        return CsvForm(self.delimiter, self.quotechar, doublequote=True, escapechar=self.escapechar, spaced=self.spaced)


def line_terminator(text: str, quotechar: str = '"') -> Terminator:
    """Return what ends the rows; line breaks inside quoted cells do not count.

    CRLF is preferred to LF by majority: either reads files that mix both.
    """
    outside = "".join(text.split(quotechar)[::2]) if quotechar else text
    windows = outside.count("\r\n")
    unix, mac = outside.count("\n") - windows, outside.count("\r") - windows
    if mac and not (unix or windows):
        return "\r"
    if mac:
        return "mixed"
    return "\r\n" if windows > unix else "\n"


def newline_of(terminator: Terminator) -> str:
    """Return the `newline` argument of a text stream that splits at these line ends and changes none."""
    return {"\n": "\n", "\r\n": "\n", "\r": "\r", "mixed": ""}[terminator]


def split_lines(text: str, terminator: Terminator) -> list[str]:
    """Split text exactly as a stream over the file will."""
    data = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    stream = io.TextIOWrapper(data, "utf-8", "surrogatepass", newline=newline_of(terminator))
    return stream.readlines()


def records_of(lines: list[str], structure: Structure, *, complete: bool) -> tuple[list[list[str]], int]:
    """Read the first records of some lines.

    Args:
        lines: physical lines.
        structure: how to read them.
        complete: the lines reach to the end of the file, so an open quote is an error.

    Returns:
        The records, and how many of them are malformed.
    """
    reader = structure.form.reader(lines)
    records: list[list[str]] = []
    errors = 0
    while len(records) < MAX_RECORDS:
        start = reader.line_num
        try:
            records.append(next(reader))
        except StopIteration:
            break
        except csv.Error:
            if reader.line_num == len(lines) and not complete and reader.line_num - start > 1:
                break
            errors += 1
            records.append(_roughly(lines[start], structure.delimiter))
    return records, errors


def find_structure(
    text: str, *, terminator: Terminator, complete: bool, delimiter: str = "", quotechar: str | None = None
) -> Structure:
    """Choose the reading that fits best.

    Args:
        text: the beginning of the file, ending at a line end.
        terminator: from `line_terminator`.
        complete: the text is the whole file.
        delimiter: chosen by a person, or empty.
        quotechar: chosen by a person (empty: none), or None.
    """
    lines = split_lines(text, terminator)
    quotes = [quotechar] if quotechar is not None else [mark for mark in ('"', "'", "") if mark in text]
    tried = [
        _weighed(lines, Structure(mark, quote, escape, 0.0, 1, spaced=spaced), complete=complete)
        for mark in _delimiters(text, delimiter)
        for quote in quotes
        for escape in _escapes(text, quote)
        for spaced in ((False, True) if quote and f"{mark} {quote}" in text else (False,))
        if mark != quote
    ]
    tried.sort(key=lambda found: -found.score)
    best = tried[0] if tried else Structure(",", '"', "", 0.0, 1)
    if best.score < SINGLE_COLUMN and not delimiter:
        ragged = _ragged(lines, best, complete=complete)
        return ragged or _single_column(text, lines, complete=complete)
    rivals = [other.score for other in tried[1:] if other.delimiter != best.delimiter]
    sure = not rivals or best.score >= rivals[0] * CLEAR_LEAD
    quote = best.quotechar or ('"' if '"' not in text and quotechar is None else "")
    return replace(best, quotechar=quote, sure=sure)


def _delimiters(text: str, chosen: str) -> list[str]:
    if chosen:
        return [chosen]
    return [mark for mark in PRIMARY + SECONDARY + LAST_RESORT if mark in text]


def _escapes(text: str, quote: str) -> list[str]:
    return ["", "\\"] if quote and f"\\{quote}" in text else [""]


def _single_column(text: str, lines: list[str], *, complete: bool) -> Structure:
    """Read a list of one column: the delimiter is one that does not occur."""
    mark = next((mark for mark in PRIMARY if mark not in text), "\x1f")
    quote = '"' if text.startswith('"') else ""
    found = _weighed(lines, Structure(mark, quote, "", 0.0, 1), complete=complete)
    return Structure(mark, found.quotechar or ('"' if '"' not in text else ""), "", SINGLE_COLUMN, 1, sure=True)


def _ragged(lines: list[str], best: Structure, *, complete: bool) -> Structure | None:
    """Read rows of many widths under a heading whose names tell the delimiter; None where there is no such heading."""
    records, _ = records_of(lines, best, complete=complete)
    filled = [record for record in records if any(record)]
    heading, rows = (filled[0], filled[1:]) if filled else ([], [])
    names = {cell.casefold() for cell in heading if cell == cell.strip() and 0 < len(cell) <= LONGEST_HEADING}
    if len(heading) < FEWEST_HEADINGS or len(names) < len(heading) or any(shape_of(cell) != "text" for cell in heading):
        return None
    parted = sum(len(record) > 1 for record in rows)
    if parted < len(rows) * MOSTLY:
        return None
    quote = best.quotechar or ('"' if '"' not in "".join(lines) else "")
    return replace(best, quotechar=quote, width=len(heading), sure=False)


def _weighed(lines: list[str], structure: Structure, *, complete: bool) -> Structure:
    records, errors = records_of(lines, structure, complete=complete)
    filled = [record for record in records if any(record)]
    if not filled:
        return structure
    widths = Counter(len(record) for record in filled)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width == 1:
        return structure
    share = count / len(filled)
    fit = _cell_fit(filled, structure)
    tidy = (1 - errors / len(records)) ** 2
    quote_weight = {'"': 1.0, "'": 0.9, "": 0.95}[structure.quotechar] if structure.quotechar in "\"'" else 0.9
    rarer = (0.98 if structure.escapechar else 1.0) * (0.98 if structure.spaced else 1.0)
    score = share**2 * (1 - 1 / width) * fit * tidy * quote_weight * rarer * _WEIGHT.get(structure.delimiter, 1)
    return replace(structure, score=score, width=width)


def _cell_fit(records: list[list[str]], structure: Structure) -> float:
    """Return the mean fitness of the cells, 0 to 1."""
    others = [mark for mark in PRIMARY if mark != structure.delimiter]
    scores = [_fit(cell, others) for record in islice(records, 50) for cell in record if cell]
    return sum(scores) / len(scores) if scores else 0.5


def _fit(cell: str, others: list[str]) -> float:
    if shape_of(cell) != "text":
        return 1.0
    if cell[0] in "\"'" or cell[-1] in "\"'":
        return 0.2
    if cell[0] == " ":
        return 0.5
    # A comma in prose is followed by a space; one between two cells is not.
    glued = any(mark in cell and f"{mark} " not in cell for mark in others)
    return 0.5 if glued else 0.8


def _roughly(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)

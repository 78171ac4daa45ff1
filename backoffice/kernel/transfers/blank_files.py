"""Files to begin with: the headings of a kind and a row of examples, and what each column takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from backoffice.kernel.transfers.exports.csv_stream import csv_pieces
from backoffice.kernel.transfers.exports.services import FORMATS
from backoffice.kernel.transfers.exports.xlsx_stream import xlsx_pieces
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.reading.header import name_key
from backoffice.kernel.transfers.reading.mapping.columns import Column
from backoffice.kernel.transfers.reading.values.text import neutralise_formula

# Beyond these nobody counts digits; "up to 9,999,999,999.99" says less than nothing.
_FAR = Decimal(100_000_000)


@dataclass(frozen=True)
class ColumnHelp:
    """One column as the help page tells it.

    Attributes:
        label: what people call the field.
        heading: its heading in templates and exports.
        needed: why it must be there, or "".
        accepts: what may stand in its cells.
        help: what it is for.
        synonyms: other headings that are understood.
        example: a value.
    """

    label: str
    heading: str
    needed: str
    accepts: str
    help: str
    synonyms: tuple[str, ...]
    example: str


def blank_file(kind: TransferKind, file_format: str) -> Iterator[bytes]:
    """Yield a file with the headings of a kind and a row of examples.

    Args:
        kind: the kind.
        file_format: csv or xlsx.

    Raises:
        ValueError: for any other format.
    """
    if file_format not in FORMATS:
        raise ValueError(f"There are no templates in the format “{file_format}”.")
    headings = [column.field for column in kind.resource.columns()]
    row = tuple(neutralise_formula(column.example) for column in kind.resource.columns())
    if file_format == "csv":
        return csv_pieces(headings, [[row]])
    return xlsx_pieces(kind.label.capitalize(), headings, [[row]])


def columns_help(kind: TransferKind) -> list[ColumnHelp]:
    """Return what there is to know about the columns of a kind, in the order of its template."""
    return [
        ColumnHelp(
            label=column.label,
            heading=column.field,
            needed=_needed(kind, column),
            accepts=accepted(column),
            help=column.help,
            synonyms=_others(column),
            example=column.example,
        )
        for column in kind.resource.columns()
    ]


def accepted(column: Column) -> str:
    """Say what may stand in the cells of a column."""
    if column.kind == "choice":
        return f"One of: {', '.join(column.choices)}."
    if column.kind == "bool":
        return "Yes or no; also true, false, 1 and 0."
    if column.kind == "date":
        return "A date, for example 2026-03-31."
    if column.kind == "datetime":
        return "A date and time, for example 2026-03-31 18:00."
    if column.kind == "list":
        return "Several values, separated by commas."
    if column.kind in {"decimal", "integer"}:
        return _number(column)
    most = f", up to {column.max_length:,} characters" if column.max_length else ""
    lines = "; line breaks are kept" if column.multiline else ""
    return f"Text{most}{lines}."


def _number(column: Column) -> str:
    whole = column.kind == "integer" or column.places == 0
    what = "A whole number" if whole else "A number"
    if not whole and column.places:
        what += f" with up to {column.places} decimal{'' if column.places == 1 else 's'}"
    if column.percent:
        what = what.replace("number", "percentage")
    low = column.minimum if column.minimum is not None and column.minimum > -_FAR else None
    high = column.maximum if column.maximum is not None and column.maximum < _FAR else None
    if low is not None and high is not None:
        what += f", from {_plain(low)} to {_plain(high)}"
    elif low is not None:
        what += f", {_plain(low)} or more"
    elif high is not None:
        what += f", {_plain(high)} or less"
    return f"{what}."


def _plain(number: Decimal) -> str:
    return f"{number.normalize():,f}"


def _needed(kind: TransferKind, column: Column) -> str:
    if column.required:
        return "always"
    identifying = kind.identifying or (kind.key,)
    if column.field not in identifying:
        return ""
    return "always" if len(identifying) == 1 else "one of these"


def _others(column: Column) -> tuple[str, ...]:
    """Return the other headings, without those that only differ from these in case or punctuation."""
    seen = {name_key(column.field), name_key(column.label)}
    found = []
    for name in column.synonyms:
        if name_key(name) not in seen:
            seen.add(name_key(name))
            found.append(name)
    return tuple(found)

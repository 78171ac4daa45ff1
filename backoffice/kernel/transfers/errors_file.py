"""The bad rows of an upload as a file to mend: their original cells, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import orjson

from backoffice.kernel.files.services import file_path
from backoffice.kernel.transfers.exports.csv_stream import csv_pieces
from backoffice.kernel.transfers.exports.xlsx_stream import xlsx_pieces
from backoffice.kernel.transfers.models import RowAction, Upload
from backoffice.kernel.transfers.reading.dialect import Dialect
from backoffice.kernel.transfers.reading.rows import open_rows, read_header
from backoffice.kernel.transfers.reading.values.text import neutralise_formula
from backoffice.kernel.transfers.reports import headings_of
from backoffice.kernel.transfers.runs import upload_limits

EXTRA_COLUMNS = ("Row number", "What is wrong")
_AT_ONCE = 1_000


def error_table(upload: Upload) -> Iterator[list[str]]:
    """Yield the headings and then each bad row, read again from the file, in constant memory.

    Mended and uploaded, the file closes exactly these rows: the two columns at the end are known
    and mean nothing. A file without headings gets the names of the fields.

    Args:
        upload: an upload whose file could be read.
    """
    dialect = Dialect.from_json(upload.dialect)
    limits = upload_limits()
    path = file_path(upload.file)
    header = read_header(path, dialect, limits)
    width = len(header.names)
    names = list(header.names) if dialect.has_header else _field_names(upload, header.names)
    yield [neutralise_formula(name) for name in names] + list(EXTRA_COLUMNS)
    wrong = _wrong_rows(upload)
    number, reason = next(wrong, (0, ""))
    for row in open_rows(path, dialect, limits):
        if not number:
            return
        if row.number == number:
            cells = [*row.cells, *[""] * (width - len(row.cells))]
            yield [*map(neutralise_formula, cells), str(number), neutralise_formula(reason)]
            number, reason = next(wrong, (0, ""))


def error_file(upload: Upload, file_format: str) -> Iterator[bytes]:
    """Yield the bad rows as a file, in pieces; see ``error_table``.

    Args:
        upload: an upload whose file could be read.
        file_format: csv or xlsx.
    """
    table = error_table(upload)
    headings = next(table)
    pieces = iter(lambda: [tuple(row) for row in islice(table, _AT_ONCE)], [])
    return csv_pieces(headings, pieces) if file_format == "csv" else xlsx_pieces("Wrong rows", headings, pieces)


def _field_names(upload: Upload, names: Sequence[str]) -> list[str]:
    fields = {heading: field for field, heading in headings_of(upload).items()}
    return [fields.get(name, name) for name in names]


def _wrong_rows(upload: Upload) -> Iterator[tuple[int, str]]:
    """Yield number and reasons of each bad row, in the order of the file."""
    headings = headings_of(upload)
    rows = upload.staged.filter(action__in=[RowAction.ERROR, RowAction.CONFLICT]).order_by("number")
    last = 0
    while chunk := list(islice(rows.filter(number__gt=last).values_list("number", "errors"), _AT_ONCE)):
        for number, errors in chunk:
            yield (
                number,
                " ".join(
                    f"{headings.get(field, field)}: {message}" if field else message
                    for field, _, message in orjson.loads(errors)
                ),
            )
        last = chunk[-1][0]

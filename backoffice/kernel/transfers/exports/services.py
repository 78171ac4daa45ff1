"""Handing out an export, and writing down that it was."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models

from backoffice.kernel.transfers.exports.csv_stream import csv_pieces
from backoffice.kernel.transfers.exports.kinds import ExportColumn, ExportKind
from backoffice.kernel.transfers.exports.query import tables_of
from backoffice.kernel.transfers.exports.xlsx_stream import MOST_ROWS, xlsx_pieces
from backoffice.kernel.transfers.models import Export

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportRefused(Exception):
    """An export is not possible; the message tells why, in plain words."""


def export_stream(
    *,
    kind: ExportKind,
    rows: models.QuerySet[Any],
    columns: Sequence[str] = (),
    file_format: str = "csv",
    user: Any = None,
    source: str = "",
    filters: dict[str, Any] | None = None,
) -> Iterator[bytes]:
    """Return the pieces of an export's file; the export is logged before the first and closed after the last.

    Permission is checked at the doors; the rows are taken as given, so scope them first
    (``exports.query.export_queryset``).

    Args:
        kind: the export.
        rows: what to export, in the order wanted.
        columns: names of the columns in their order; the usual ones where none is named.
        file_format: csv or xlsx.
        user: who takes it.
        source: the page or command that asked.
        filters: what narrowed the rows, for the log.

    Raises:
        ExportRefused: unknown column or format, or too many rows for a sheet.
    """
    if file_format not in FORMATS:
        raise ExportRefused(f"Exports are CSV or XLSX, not “{file_format}”.")
    chosen = chosen_columns(kind, columns)
    if file_format == "xlsx" and rows.count() > MOST_ROWS:
        raise ExportRefused(f"A sheet holds at most {MOST_ROWS:,} rows. Export as CSV, or narrow the list.")
    log = Export.objects.create(
        kind=kind.name,
        format=file_format,
        columns=[column.name for column in chosen],
        filters=filters or {},
        owner_id=getattr(user, "pk", None),
        source=source[:80],
    )
    counter = _Counter()
    tables = counter.counted(tables_of(kind, rows, chosen, typed=file_format == "xlsx"))
    headings = [column.name for column in chosen]
    pieces = csv_pieces(headings, tables) if file_format == "csv" else xlsx_pieces(kind.label, headings, tables)
    return _logged(pieces, log, counter)


def chosen_columns(kind: ExportKind, names: Sequence[str]) -> list[ExportColumn]:
    """Return the columns of these names, in this order; the usual ones where none is named.

    Raises:
        ExportRefused: there is no such column.
    """
    known = {column.name: column for column in kind.all_columns()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ExportRefused(f"There is no column “{unknown[0]}”. Known: {', '.join(known)}.")
    return [known[name] for name in names] if names else [column for column in known.values() if column.chosen]


class _Counter:
    """Counts the rows that pass."""

    def __init__(self) -> None:
        self.rows = 0

    def counted(self, tables: Iterable[list[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
        """Pass tables on."""
        for table in tables:
            self.rows += len(table)
            yield table


def _logged(pieces: Iterator[bytes], log: Export, counter: _Counter) -> Iterator[bytes]:
    """Pass the pieces on, and write down how far the export got, even where the reader went away."""
    started = time.perf_counter()
    complete = False
    try:
        yield from pieces
        complete = True
    finally:
        seconds = time.perf_counter() - started
        Export.objects.filter(pk=log.pk).update(rows=counter.rows, complete=complete, seconds=seconds)

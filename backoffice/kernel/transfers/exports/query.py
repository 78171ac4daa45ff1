"""The rows of an export, scoped and streamed at the speed of the database's own cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldError, ValidationError
from django.db import DataError, OperationalError, connections, models, transaction

from backoffice.kernel.scope.rules import visible
from backoffice.kernel.transfers.exports.cells import converter
from backoffice.kernel.transfers.exports.kinds import ExportColumn, ExportKind, described

ROWS_AT_ONCE = 2_000


def export_queryset(kind: ExportKind, user: Any) -> models.QuerySet[Any]:
    """Return the rows that a user may export; all of them for the house's own commands (None)."""
    rows = kind.model._default_manager.all()
    return rows if user is None else visible(rows, user)


def filtered(kind: ExportKind, rows: models.QuerySet[Any], conditions: dict[str, str]) -> models.QuerySet[Any]:
    """Narrow the rows of an export.

    Args:
        kind: the export.
        rows: its rows.
        conditions: name of a filter, of a column or a look-up path → value.

    Raises:
        ValueError: a condition is not understood.
    """
    paths = {column.name: column.path for column in kind.all_columns() if column.path} | dict(kind.filters)
    for name, value in conditions.items():
        head, _, lookup = name.partition("__")
        path = paths.get(name) or (f"{paths[head]}__{lookup}" if head in paths else name)
        try:
            rows = rows.filter(**{path: value})
            # Some values only the database can judge: a regular expression, a number beyond its bounds.
            with transaction.atomic() if connections[rows.db].in_atomic_block else nullcontext():
                rows.order_by().exists()
        except (
            FieldError,
            ValidationError,
            ValueError,
            TypeError,
            OverflowError,
            DataError,
            OperationalError,
        ) as error:
            raise ValueError(f"The filter {name}={value} is not understood.") from error
    return rows


def tables_of(
    kind: ExportKind, rows: models.QuerySet[Any], columns: Sequence[ExportColumn], *, typed: bool
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the cells of an export, some thousand rows at a time, in constant memory.

    Args:
        kind: the export.
        rows: what to export, in its order; rows that it leaves equal are put in the kind's own.
        columns: the chosen columns.
        typed: keep numbers as numbers.
    """
    converters = [converter(*described(kind, column), typed=typed) for column in columns]
    named = {f"export_{place}": column.source for place, column in enumerate(columns) if not column.path}
    names = [column.path or f"export_{place}" for place, column in enumerate(columns)]
    order = [*rows.query.order_by, *kind.order_by] if rows.ordered and rows.query.order_by else list(kind.order_by)
    # A list's query joins what its filters need, which would multiply rows; its keys do not.
    chosen = kind.model._default_manager.filter(pk__in=rows.order_by().values("pk")) if rows.query.where else rows
    query = chosen.annotate(**named).order_by(*order).values_list(*names).query
    connection = connections[rows.db]
    try:
        sql, params = query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:  # nothing can fit, so there is nothing to ask
        return
    cursor: Any = connection.chunked_cursor()
    try:
        cursor.execute(sql, params)
        while found := cursor.fetchmany(ROWS_AT_ONCE):
            cells = [convert(column) for convert, column in zip(converters, zip(*found, strict=True), strict=True)]
            yield list(zip(*cells, strict=True))
    finally:
        cursor.close()

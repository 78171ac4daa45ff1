"""The fastest way to put rows into a table: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from backoffice.kernel import clock
from backoffice.kernel.history.bulk.columns import column_of, converter, filled_columns
from backoffice.kernel.history.bulk.ids import reserve_ids

# Rows of one statement: enough to make its cost vanish, little enough to keep memory flat.
CHUNK = 5_000


def chunked(rows: Iterable[Sequence[Any]], size: int = CHUNK) -> Iterator[list[Sequence[Any]]]:
    """Yield rows in lists of at most ``size``."""
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk


def bulk_load(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ids: Sequence[int] | None = None,
    using: str = "default",
) -> list[int]:
    """Insert rows without history: ledger lines, staging rows and the like.

    Columns that are not named get their defaults, timestamps the current moment.

    Args:
        model: model of the table.
        columns: field or attribute names; the primary key may not be among them.
        rows: one value per column each.
        ids: keys from ``reserve_ids``, one per row; taken here where not given.
        using: database alias.

    Returns:
        The primary keys, in the order of the rows.
    """
    connection = connections[using]
    given, automatic = filled_columns(model, columns, connection=connection, now=clock.now(), inserting=True)
    converters = [converter(field, connection) for field in given]
    names = list(map(column_of, (model._meta.pk, *given, *(field for field, _ in automatic))))
    taken: list[int] = []
    with transaction.atomic(using=using):
        for chunk in chunked(rows):
            done, count = len(taken), len(chunk)
            keys = reserve_ids(model, count, using=using) if ids is None else ids[done : done + count]
            filled = (islice(values, count) for _, values in automatic)
            put_rows(
                connection,
                model._meta.db_table,
                names,
                zip(keys, *convert_columns(chunk, converters), *filled, strict=True),
            )
            taken.extend(keys)
    return taken


def convert_columns(chunk: list[Sequence[Any]], converters: Sequence[Any]) -> list[Iterable[Any]]:
    """Turn rows into converted columns."""
    columns = list(zip(*chunk, strict=True))
    return [convert(column) for convert, column in zip(converters, columns, strict=True)]


def put_rows(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of values that need no further conversion.

    Args:
        connection: connection with an open transaction.
        table: table name, unquoted.
        columns: column names, unquoted.
        rows: values in the order of the columns.
    """
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The driver's copy ends outside Django's own wrapping: its refusals are to read like those of any statement.
            copying = f"COPY {quote(table)} ({names}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                write = copy.write_row
                for row in rows:
                    write(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", list(rows))  # noqa: S608

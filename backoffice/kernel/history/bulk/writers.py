"""Insert, update and delete many tracked rows, each leaving the history row that a single write leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from backoffice.kernel import clock
from backoffice.kernel.history.bulk.columns import column_of, concrete_field, converter, filled_columns
from backoffice.kernel.history.bulk.ids import id_condition
from backoffice.kernel.history.bulk.load import CHUNK, bulk_load, chunked, convert_columns, put_rows
from backoffice.kernel.history.context import current_audit

_TEMPORARY = "bulk_update_rows"


def bulk_insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ids: Sequence[int] | None = None,
    using: str = "default",
) -> list[int]:
    """Insert rows of a tracked model with their history.

    Args:
        model: model whose rows are made.
        columns: field or attribute names; the others get their defaults.
        rows: one value per column each: what ``save()`` would take, or an amount's digits as text.
        ids: keys from ``reserve_ids``, one per row; taken here where not given.
        using: database alias.

    Returns:
        The primary keys, in the order of the rows.

    Raises:
        MissingActor: no audit context names who answers for the rows.
        IntegrityError: a constraint of the database refused a row; nothing of the chunk was written.
    """
    with transaction.atomic(using=using):
        taken = bulk_load(model, columns, rows, ids=ids, using=using)
        write_history(model, "+", taken, using=using)
    return taken


def bulk_update(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str = "default",
) -> int:
    """Update rows of a tracked model, each to values of its own, with their history.

    Args:
        model: model whose rows change.
        columns: names of the columns to set; the time of change is set by itself.
        rows: the primary key, then one value per column.
        using: database alias.

    Returns:
        How many rows were found and updated. A row given is a row written, whether its values differ or not.

    Raises:
        MissingActor, IntegrityError: as for ``bulk_insert``.
    """
    connection = connections[using]
    now = clock.now()
    given, automatic = filled_columns(model, columns, connection=connection, now=now, inserting=False)
    key = model._meta.pk
    converters = [converter(key, connection), *(converter(field, connection) for field in given)]
    fields = [*given, *(field for field, _ in automatic)]
    updated = 0
    with transaction.atomic(using=using):
        for chunk in chunked(rows):
            filled = (islice(values, len(chunk)) for _, values in automatic)
            values = list(zip(*convert_columns(chunk, converters), *filled, strict=True))
            updated += _update_chunk(model, fields, values, connection)
            write_history(model, "~", [row[0] for row in chunk], using=using)
    return updated


def bulk_delete(model: type[models.Model], ids: Sequence[int], *, using: str = "default") -> int:
    """Delete rows of a tracked model; their history ends with a deletion.

    Nothing cascades: delete children first. A row that is still referred to fails when the
    transaction ends, as the database's constraints are deferred.

    Args:
        model: model whose rows go.
        ids: their primary keys.
        using: database alias.

    Returns:
        How many rows were found and deleted.
    """
    connection = connections[using]
    table, key = _table_and_key(model, connection)
    deleted = 0
    with transaction.atomic(using=using):
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            write_history(model, "-", chunk, using=using)
            condition, params = id_condition(connection, key, chunk)
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table} WHERE {condition}", params)  # noqa: S608 - names only
                deleted += cursor.rowcount
    return deleted


def _update_chunk(
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    values: list[tuple[Any, ...]],
    connection: BaseDatabaseWrapper,
) -> int:
    """Write the new values: row by row in the process on SQLite, by a join to a temporary table on a server."""
    quote = connection.ops.quote_name
    table, key = _table_and_key(model, connection)
    columns = [quote(column_of(field)) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            sets = ", ".join(f"{column} = %s" for column in columns)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {key} = %s", [(*row[1:], row[0]) for row in values])  # noqa: S608
            return int(cursor.rowcount)
        types = [model._meta.pk.rel_db_type(connection), *(field.db_type(connection) for field in fields)]
        definition = ", ".join(f"{name} {kind}" for name, kind in zip([key, *columns], types, strict=True))
        cursor.execute(f"CREATE TEMPORARY TABLE {_TEMPORARY} ({definition})")
        put_rows(connection, _TEMPORARY, [column_of(model._meta.pk), *map(column_of, fields)], values)
        sets = ", ".join(f"{column} = u.{column}" for column in columns)
        # Keys of a chunk lie close together, as a rule: without the bounds the whole table is read to find them.
        bounds = [min(row[0] for row in values), max(row[0] for row in values)]
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM {_TEMPORARY} u "  # noqa: S608 - names only
            f"WHERE {table}.{key} = u.{key} AND {table}.{key} BETWEEN %s AND %s",
            bounds,
        )
        updated = int(cursor.rowcount)
        cursor.execute(f"DROP TABLE {_TEMPORARY}")
    return updated


def _table_and_key(model: type[models.Model], connection: BaseDatabaseWrapper) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), quote(column_of(model._meta.pk))


def write_history(model: type[models.Model], kind: str, ids: Sequence[int], *, using: str) -> None:
    """Write one history row per key by INSERT ... SELECT from the rows themselves."""
    if not ids:
        return
    connection = connections[using]
    history: type[models.Model] = model.history.model  # type: ignore[attr-defined]
    quote = connection.ops.quote_name
    copied = [quote(column_of(field)) for field in history.tracked_fields]  # type: ignore[attr-defined]
    constants = _history_constants(history, kind, clock.now(), connection)
    names = ", ".join([*copied, *(quote(column_of(concrete_field(history, name))) for name in constants)])
    marks = ", ".join([*copied, *(["%s"] * len(constants))])
    table, key = _table_and_key(model, connection)
    with connection.cursor() as cursor:
        for start in range(0, len(ids), CHUNK):
            condition, params = id_condition(connection, key, ids[start : start + CHUNK])
            cursor.execute(
                f"INSERT INTO {quote(history._meta.db_table)} ({names}) "  # noqa: S608 - names only
                f"SELECT {marks} FROM {table} WHERE {condition} ORDER BY {key}",
                [*constants.values(), *params],
            )


def _history_constants(
    history: type[models.Model], kind: str, now: datetime, connection: BaseDatabaseWrapper
) -> dict[str, Any]:
    """Return what all history rows of a write have in common: when, what kind, who, which job and why."""
    context = current_audit()
    user_id, job_id = context.answerable()
    return {
        "history_date": concrete_field(history, "history_date").get_db_prep_save(now, connection),
        "history_type": kind,
        "history_change_reason": context.reason,
        "history_user_id": user_id,
        "history_job_id": job_id,
    }

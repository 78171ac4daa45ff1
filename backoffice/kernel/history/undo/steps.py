"""The steps of an undo: what each does to some rows of a table, and why it leaves others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from backoffice.kernel.history.bulk import bulk_delete, id_condition, write_history
from backoffice.kernel.history.undo.flags import flags_give_up
from backoffice.kernel.history.undo.registry import kept_by_app
from backoffice.kernel.history.undo.tables import Table, quoted, references_to, rows

# A row to write: its key, and the history row that tells what it was before.
Due = tuple[int, int | None]
Step = Callable[[Table, list[Due]], dict[int, str]]


def delete_rows(table: Table, due: list[Due]) -> dict[int, str]:
    """Delete rows that nothing refers to; return why the others stay."""
    keys = sorted(key for key, _ in due)
    refused: dict[int, str] = {}
    for reference in references_to(table.model):
        column = quoted(str(reference.column))
        condition, params = id_condition(connection, column, keys)
        query = f"SELECT DISTINCT {column} FROM {quoted(reference.model._meta.db_table)} WHERE {condition}"  # noqa: S608
        name = reference.model._meta.verbose_name_plural
        refused |= {row[0]: f"Still used by {name}." for row in rows(query, params)}
    kept = kept_by_app(table.model, [key for key in keys if key not in refused])
    refused |= {key: f"Still used by {what}." for key, what in kept.items()}
    bulk_delete(table.model, [key for key in keys if key not in refused])
    return refused


def delete_rest(table: Table, due: list[Due]) -> dict[int, str]:
    """Delete, after the other rows are what they were, what could not go before."""
    return delete_rows(table, due)


def restore_rows(table: Table, due: list[Due]) -> dict[int, str]:
    return _write_or_refuse(table, due, _restored)


def _restored(table: Table, due: list[Due]) -> None:
    """Give rows the values of the history rows before the job, with a history row for that."""
    priors = [prior for _, prior in due if prior is not None]
    condition, params = id_condition(connection, "b.history_id", sorted(priors))
    fields = [field for field in table.fields() if not getattr(field, "auto_now", False)]
    columns = [quoted(str(field.column)) for field in fields]
    sets, values = [f"{column} = b.{column}" for column in columns], []
    for field in table.model._meta.concrete_fields:
        if getattr(field, "auto_now", False):
            sets.append(f"{quoted(str(field.column))} = %s")
            values.append(_now(field))
    flags_give_up(table, condition, params)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table.name} SET {', '.join(sets)} FROM {table.history_name} b "  # noqa: S608 - names only
            f"WHERE b.{table.key} = {table.name}.{table.key} AND {condition}",
            [*values, *params],
        )
    write_history(table.model, "~", [key for key, _ in due], using=connection.alias)


def recreate_rows(table: Table, due: list[Due]) -> dict[int, str]:
    return _write_or_refuse(table, due, _recreated)


def _recreated(table: Table, due: list[Due]) -> None:
    """Insert deleted rows again, under their old keys, as they were before the job."""
    priors = [prior for _, prior in due if prior is not None]
    condition, params = id_condition(connection, "b.history_id", sorted(priors))
    columns = ", ".join(quoted(str(field.column)) for field in table.history.tracked_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {table.history_name} b WHERE {condition}",  # noqa: S608
            params,
        )
    write_history(table.model, "+", [key for key, _ in due], using=connection.alias)


def _write_or_refuse(table: Table, due: list[Due], write: Callable[[Table, list[Due]], None]) -> dict[int, str]:
    """Write all rows that can be written; return why the others cannot."""
    refused = dict.fromkeys(_orphans(table, due), "What it belonged to is gone.")
    left = [entry for entry in due if entry[0] not in refused]
    taken = _write_by_halves(table, left, write)
    while taken and len(taken) < len(left):
        # What held the value may have given it up by now: a SKU that went from one row to another, say.
        left = [entry for entry in left if entry[0] in taken]
        taken = _write_by_halves(table, left, write)
    return refused | taken


def _orphans(table: Table, due: list[Due]) -> list[int]:
    """Return the rows that would refer to something that is not there any more."""
    priors = sorted(prior for _, prior in due if prior is not None)
    condition, params = id_condition(connection, "b.history_id", priors)
    found: set[int] = set()
    for field in table.fields():
        # A history row's own copy of the column has no constraint: ask the model's field.
        key = table.model._meta.get_field(field.name)
        if not isinstance(key, models.ForeignKey) or not getattr(key, "db_constraint", True):
            continue
        parent, column = key.related_model._meta, quoted(str(key.column))
        target = quoted(str(key.target_field.column))
        query = (
            f"SELECT b.{table.key} FROM {table.history_name} b "  # noqa: S608 - names only
            f"LEFT JOIN {quoted(parent.db_table)} p ON p.{target} = b.{column} "
            f"WHERE {condition} AND b.{column} IS NOT NULL AND p.{target} IS NULL"
        )
        found.update(row[0] for row in rows(query, params))
    return sorted(found)


def _write_by_halves(table: Table, due: list[Due], write: Callable[[Table, list[Due]], None]) -> dict[int, str]:
    """Write rows at once; where a constraint refuses, find the few bad rows by halving."""
    if not due:
        return {}
    try:
        with transaction.atomic():
            write(table, due)
    except IntegrityError:
        if len(due) == 1:
            return {due[0][0]: "A value that it had is taken by another row."}
        middle = len(due) // 2
        return _write_by_halves(table, due[:middle], write) | _write_by_halves(table, due[middle:], write)
    return {}


def _now(field: models.Field[Any, Any]) -> Any:
    now = timezone.now()
    return field.get_db_prep_save(now if isinstance(field, models.DateTimeField) else now.date(), connection)

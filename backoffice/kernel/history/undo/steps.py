"""The steps of an undo: what each does to some rows of a table, and why it leaves others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from backoffice.kernel.history.bulk import bulk_delete, id_condition, write_history
from backoffice.kernel.history.bulk.ids import Condition
from backoffice.kernel.history.undo.flags import flags_give_up
from backoffice.kernel.history.undo.registry import kept_by_app
from backoffice.kernel.history.undo.tables import Table, differs, quoted, references_to, rows

# A row to write: its key, and the history row that tells what it was before.
Due = tuple[int, int | None]
Step = Callable[[Table, list[Due]], dict[int, str]]
Write = Callable[[Table, list[Due]], None]
AnyField = models.Field[Any, Any]

GONE = "What it belonged to is gone."
TAKEN = "A value that it had is taken by another row."


class Orphan(NamedTuple):
    """A row that would refer to something that is not there any more: what that was, and its key."""

    key: int
    parent: type[models.Model]
    missing: Any


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
    """Give rows back what they held; return why the others stay as they are."""
    fields = _differing(table, due)
    return _write_or_refuse(table, due, partial(_restored, fields=fields), fields)


def _restored(table: Table, due: list[Due], *, fields: Sequence[AnyField]) -> None:
    """Give rows the values of the history rows before the job, with a history row for that."""
    condition, params = _before(due)
    sets = [f"{column} = b.{column}" for column in map(_column, fields)]
    moving = [field for field in table.model._meta.concrete_fields if getattr(field, "auto_now", False)]
    sets += [f"{_column(field)} = %s" for field in moving]
    flags_give_up(table, condition, params)
    among, keys = _among(table.name, table, due)
    if sets:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table.name} SET {', '.join(sets)} FROM {table.history_name} b "  # noqa: S608 - names only
                f"WHERE b.{table.key} = {table.name}.{table.key} AND {condition} AND {among}",
                [*map(_now, moving), *params, *keys],
            )
    write_history(table.model, "~", [key for key, _ in due], using=connection.alias)


def _differing(table: Table, due: list[Due]) -> list[AnyField]:
    """Return the fields in which any of some rows differs from the history row that tells what it was.

    The others are not written: each index and each foreign key on them would be gone through for nothing.
    """
    fields = [field for field in table.fields() if not getattr(field, "auto_now", False)]
    if not fields:
        return []
    condition, params = _before(due)
    among, keys = _among("r", table, due)
    differences = [f"r.{column} {differs()} b.{column}" for column in map(_column, fields)]
    (found,) = rows(
        f"SELECT {', '.join(f'MAX(CASE WHEN {one} THEN 1 ELSE 0 END)' for one in differences)} "  # noqa: S608
        f"FROM {table.history_name} b JOIN {table.name} r ON r.{table.key} = b.{table.key} "
        f"WHERE {condition} AND {among}",
        [*params, *keys],
    )
    return [field for field, differing in zip(fields, found, strict=True) if differing]


def _before(due: list[Due]) -> Condition:
    """Return the condition of the history rows, called b, that tell what rows were before the job."""
    return id_condition(connection, "b.history_id", sorted(prior for _, prior in due if prior is not None))


def _among(alias: str, table: Table, due: list[Due]) -> Condition:
    """Return the condition that a live row is one of some: without it, all of the table is read to find them."""
    return id_condition(connection, f"{alias}.{table.key}", sorted(key for key, _ in due))


def _column(field: AnyField) -> str:
    return quoted(str(field.column))


def recreate_rows(table: Table, due: list[Due]) -> dict[int, str]:
    return _write_or_refuse(table, due, _recreated, table.fields())


def _recreated(table: Table, due: list[Due]) -> None:
    """Insert deleted rows again, under their old keys, as they were before the job."""
    condition, params = _before(due)
    columns = ", ".join(map(_column, table.history.tracked_fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {table.history_name} b WHERE {condition}",  # noqa: S608
            params,
        )
    write_history(table.model, "+", [key for key, _ in due], using=connection.alias)


def _write_or_refuse(table: Table, due: list[Due], write: Write, fields: Sequence[AnyField]) -> dict[int, str]:
    """Write all rows that can be written; return why the others cannot.

    Args:
        table: the rows' table.
        due: the rows.
        write: writes some of them.
        fields: what it writes.
    """
    refused = dict.fromkeys((orphan.key for orphan in orphans(table, due, fields)), GONE)
    left = [entry for entry in due if entry[0] not in refused]
    taken = _write_by_halves(table, left, write)
    while taken and len(taken) < len(left):
        # What held the value may have given it up by now: a SKU that went from one row to another, say.
        left = [entry for entry in left if entry[0] in taken]
        taken = _write_by_halves(table, left, write)
    return refused | taken


def orphans(table: Table, due: list[Due], fields: Sequence[AnyField]) -> list[Orphan]:
    """Return the rows that would refer to something that is not there any more."""
    condition, params = _before(due)
    found: list[Orphan] = []
    for field in fields:
        # A history row's own copy of the column has no constraint: ask the model's field.
        key = table.model._meta.get_field(field.name)
        if not isinstance(key, models.ForeignKey) or not getattr(key, "db_constraint", True):
            continue
        parent, column = key.related_model._meta, quoted(str(key.column))
        target = quoted(str(key.target_field.column))
        query = (
            f"SELECT b.{table.key}, b.{column} FROM {table.history_name} b "  # noqa: S608 - names only
            f"LEFT JOIN {quoted(parent.db_table)} p ON p.{target} = b.{column} "
            f"WHERE {condition} AND b.{column} IS NOT NULL AND p.{target} IS NULL"
        )
        found += [Orphan(row[0], key.related_model, row[1]) for row in rows(query, params)]
    return found


def _write_by_halves(table: Table, due: list[Due], write: Write) -> dict[int, str]:
    """Write rows at once; where a constraint refuses, find the few bad rows by halving."""
    if not due:
        return {}
    try:
        with transaction.atomic():
            write(table, due)
    except IntegrityError:
        if len(due) == 1:
            return {due[0][0]: TAKEN}
        middle = len(due) // 2
        return _write_by_halves(table, due[:middle], write) | _write_by_halves(table, due[middle:], write)
    return {}


def _now(field: AnyField) -> Any:
    now = timezone.now()
    return field.get_db_prep_save(now if isinstance(field, models.DateTimeField) else now.date(), connection)

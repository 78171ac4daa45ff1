"""Breaking the database behind the services' back, by SQL, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from backoffice.integrity import integrity_check
from backoffice.kernel.immutable import guards, guards_install, guards_remove


def found(number: int) -> list[tuple[str, str]]:
    """Return what one invariant's check finds, as (subject, message)."""
    return [(item.subject, item.message) for item in integrity_check([number]).findings[number]]


def execute(sql: str, params: tuple[Any, ...] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def relax(*tables: type[models.Model]) -> None:
    """Take all that a table is guarded by away: triggers, foreign keys, uniqueness and conditions.

    It comes back with the test's rollback: both databases roll changes of tables back.
    """
    if connection.vendor == "sqlite":
        _remake({model._meta.db_table: model._meta.pk.column for model in tables})
        return
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")
    for table in (model._meta.db_table for model in tables):
        execute(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
        with connection.cursor() as cursor:
            for name, facts in connection.introspection.get_constraints(cursor, table).items():
                if (facts["unique"] or facts["check"]) and not facts["primary_key"]:
                    cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
                    cursor.execute(f'DROP INDEX IF EXISTS "{name}"')


def _remake(tables: dict[str, str]) -> None:
    """Put a plain copy in the place of each table; SQLite takes no constraint away otherwise."""
    # Triggers of other tables may name these while they are gone.
    guards_remove(connection, guards())
    for table, key in tables.items():
        execute(f'CREATE TABLE relaxed AS SELECT * FROM "{table}"')
        execute(f'DROP TABLE "{table}"')
        execute(f'ALTER TABLE relaxed RENAME TO "{table}"')
        # Foreign keys of other tables look for it.
        execute(f'CREATE UNIQUE INDEX "relaxed_{table}" ON "{table}" ("{key}")')
    guards_install(connection, [guard for guard in guards() if guard.table not in tables])


def change(row: models.Model, **columns: Any) -> None:
    """Write columns of one row past every service."""
    sets = ", ".join(f'"{name}" = %s' for name in columns)
    execute(f'UPDATE "{row._meta.db_table}" SET {sets} WHERE "{row._meta.pk.column}" = %s', (*columns.values(), row.pk))


def delete(row: models.Model) -> None:
    """Delete one row past every service."""
    execute(f'DELETE FROM "{row._meta.db_table}" WHERE "{row._meta.pk.column}" = %s', (row.pk,))


def copy(row: models.Model, **columns: Any) -> int:
    """Insert a second row like this one, with some columns changed, and return its key."""
    names = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    key = row._meta.pk.column
    new = row.pk + 1_000_000
    marks = ", ".join("%s" if name in columns else f'"{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    execute(
        f'INSERT INTO "{row._meta.db_table}" ("{key}", {listed}) '
        f'SELECT %s, {marks} FROM "{row._meta.db_table}" WHERE "{key}" = %s',
        (new, *(columns[name] for name in names if name in columns), row.pk),
    )
    return new


def newest_history(row: Any) -> Any:
    """Return the newest history row of a row."""
    return type(row).history.filter(**{row._meta.pk.attname: row.pk}).order_by("-history_id").first()

"""Reading one whole row by its primary key, through a statement that is built once.

Services lock and re-read the row that they are about to change, several times an order. The ORM
builds such a SELECT anew each time, column by column, which takes far longer than running it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)

# "no_key" lets others go on inserting rows that refer to the locked one.
Lock = Literal["", "update", "no_key"]


@dataclass(frozen=True)
class _Statement:
    """A SELECT of one row, and what turns its values into those of the model.

    Attributes:
        sql: with the key as its only parameter.
        names: attribute names of the columns.
        converters: place of a column → the expression and the functions that convert its values.
    """

    sql: str
    names: list[str]
    converters: dict[int, tuple[list[Any], Any]]


class _Kept(threading.local):
    """The statements of a thread: converters belong to a connection, and each thread has one of its own."""

    connection: BaseDatabaseWrapper | None = None

    def of(self, connection: BaseDatabaseWrapper) -> dict[tuple[type[models.Model], str], _Statement]:
        """Return what was built for a connection."""
        if self.connection is not connection:
            self.connection = connection
            self.statements: dict[tuple[type[models.Model], str], _Statement] = {}
        return self.statements


_kept = _Kept()


def row_find(model: type[M], pk: int, *, lock: Lock = "") -> M | None:
    """Return the row of a key as it is now, or None.

    Args:
        model: the row's model.
        pk: its primary key.
        lock: keep the row locked until the transaction ends.

    Raises:
        TransactionManagementError: there is no transaction to hold the lock.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if lock and not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Rows are only locked inside a transaction.")
    known = _kept.of(connection)
    statement = known.get((model, lock))
    if statement is None:
        statement = known[model, lock] = _build(model, lock, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, [pk])
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    for place, (converters, expression) in statement.converters.items():
        for convert in converters:
            values[place] = convert(values[place], expression, connection)
    return model.from_db(DEFAULT_DB_ALIAS, statement.names, values)


def row_get(model: type[M], pk: int, *, lock: Lock = "") -> M:
    """Return the row of a primary key as it is now; arguments as for ``row_find``.

    Raises:
        DoesNotExist: there is no such row.
        TransactionManagementError: as for ``row_find``.
    """
    found = row_find(model, pk, lock=lock)
    if found is None:
        raise model.DoesNotExist(f"There is no {model._meta.verbose_name} {pk}.")  # type: ignore[attr-defined]
    return found


def _build(model: type[models.Model], lock: Lock, connection: BaseDatabaseWrapper) -> _Statement:
    rows = model._default_manager.order_by().filter(pk=1)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=lock == "no_key")
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    if len(params) != 1:
        raise LookupError(f"A row of {model._meta.label} is not found by its key alone.")
    return _Statement(
        sql,
        [field.attname for field in model._meta.concrete_fields],
        compiler.get_converters([column for column, *_ in compiler.select]),
    )

"""Reading whole rows by the values of some columns, through statements that are built once.

Services lock and re-read the rows that they are about to change, several times an order. The ORM
builds such a SELECT anew each time, column by column, which takes far longer than running it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)

# "no_key" lets others go on inserting rows that refer to the locked one.
Lock = Literal["", "update", "no_key"]


@dataclass(frozen=True)
class _Statement:
    """A SELECT of whole rows, and what turns their values into those of the model.

    Attributes:
        sql: its parameters are the values that are looked for.
        names: attribute names of the columns.
        converters: place of a column → the expression and the functions that convert its values.
    """

    sql: str
    names: list[str]
    converters: dict[int, tuple[list[Any], Any]]

    def converted(self, row: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        """Turn a row of the driver's values into the model's."""
        values = list(row)
        for place, (converters, expression) in self.converters.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values


class _Kept(threading.local):
    """The statements of a thread: converters belong to a connection, and each thread has one of its own."""

    connection: BaseDatabaseWrapper | None = None

    def of(self, connection: BaseDatabaseWrapper) -> dict[tuple[Any, ...], _Statement]:
        """Return what was built for a connection."""
        if self.connection is not connection:
            self.connection = connection
            self.statements: dict[tuple[Any, ...], _Statement] = {}
        return self.statements


_kept = _Kept()


def rows_kept(
    model: type[M], where: Mapping[str, int | str], *, order_by: Sequence[str] = (), lock: Lock = ""
) -> list[M]:
    """Return the rows in which some columns have given values, as they are now.

    Args:
        model: the rows' model.
        where: names of fields or columns → values; no booleans, which SQL does not compare.
        order_by: as a queryset takes it; name no relation, which would join its table.
        lock: keep the rows locked until the transaction ends.

    Raises:
        TransactionManagementError: there is no transaction to hold the locks.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if lock and not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Rows are only locked inside a transaction.")
    equal = {name: value.value if isinstance(value, Enum) else value for name, value in sorted(where.items())}
    known = _kept.of(connection)
    key = (model, *equal, *order_by, lock)
    statement = known.get(key)
    if statement is None:
        statement = known[key] = _build(model, equal, order_by, lock, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, list(equal.values()))
        rows = cursor.fetchall()
    return [model.from_db(DEFAULT_DB_ALIAS, statement.names, statement.converted(row, connection)) for row in rows]


def row_find(model: type[M], pk: int, *, lock: Lock = "") -> M | None:
    """Return the row of a primary key as it is now, or None; arguments as for ``rows_kept``."""
    return next(iter(rows_kept(model, {"pk": pk}, lock=lock)), None)


def row_get(model: type[M], pk: int, *, lock: Lock = "") -> M:
    """Return the row of a primary key as it is now; arguments as for ``rows_kept``.

    Raises:
        DoesNotExist: there is no such row.
        TransactionManagementError: as for ``rows_kept``.
    """
    found = row_find(model, pk, lock=lock)
    if found is None:
        raise model.DoesNotExist(f"There is no {model._meta.verbose_name} {pk}.")  # type: ignore[attr-defined]
    return found


def _build(
    model: type[models.Model],
    equal: Mapping[str, int | str],
    order_by: Sequence[str],
    lock: Lock,
    connection: BaseDatabaseWrapper,
) -> _Statement:
    rows = model._default_manager.filter(**equal).order_by(*order_by)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=lock == "no_key")
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    if list(params) != list(equal.values()):
        raise LookupError(f"Rows of {model._meta.label} are not found by {', '.join(equal)} as they are given.")
    return _Statement(
        sql,
        [field.attname for field in model._meta.concrete_fields],
        compiler.get_converters([column for column, *_ in compiler.select]),
    )

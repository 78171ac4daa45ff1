"""Look-ups for many values at once, and reading rows without building objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler


# Foreign keys look for their look-ups no higher than their own base class.
@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(Lookup[Any]):
    """``field__among=[...]``: like ``__in``, with a single parameter however many values there are.

    For texts and whole numbers. An ``__in`` of thousands of values is written out, parsed and
    planned value by value; this one is a join to a list.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the condition and its parameters."""
        column, params = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*params, values]
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(values)]  # noqa: S608


def raw_rows(queryset: models.QuerySet[Any, Any], *, chunk: int = 2_000) -> Iterator[Sequence[Any]]:
    """Yield the rows of a ``values_list`` as the driver returns them, without Django's conversions.

    Amounts come as Decimal on PostgreSQL and as numbers on SQLite: see ``amount_text``.

    Args:
        queryset: a queryset whose ``values_list`` names the columns.
        chunk: rows fetched at a time.
    """
    compiler = queryset.query.get_compiler(queryset.db)
    sql, params = compiler.as_sql()
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(chunk):
            yield from rows


def amount_text(value: Any, places: int) -> str | None:
    """Return an amount as its digits, whatever a driver made of it; None stays None.

    Args:
        value: Decimal, int, float or digits as text, as read from a column of so many places.
        places: decimals of the column.
    """
    if value is None:
        return None
    if type(value) is str:
        value = Decimal(value)
    return f"{value:.{places}f}"

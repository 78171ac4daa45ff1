"""Primary keys in bulk: reserved before the rows exist, and named in a condition without a limit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

# A condition in SQL and its parameters.
Condition = tuple[str, list[Any]]


def reserve_ids(model: type[models.Model], count: int, *, using: str = "default") -> Sequence[int]:
    """Take the next primary keys of a table, in ascending order, for rows about to be inserted.

    PostgreSQL hands them out from the table's sequence: they belong to the caller for good, and
    another transaction's keys may lie between them. On SQLite the transaction, which holds the
    write lock, moves the table's counter.

    Args:
        model: model with an automatic integer key.
        count: how many keys.
        using: database alias; a transaction must be open.
    """
    if count <= 0:
        return range(0)
    connection = connections[using]
    connection.validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise RuntimeError("Keys are reserved inside a transaction.")
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            column = model._meta.pk.column
            sequence = "SELECT pg_get_serial_sequence(%s, %s)"
            cursor.execute(
                f"SELECT nextval(({sequence})::regclass) FROM generate_series(1, %s)",  # noqa: S608 - no data in it
                [connection.ops.quote_name(table), column, count],
            )
            ids = [row[0] for row in cursor.fetchall()]
            first, last = ids[0], ids[-1]
            return range(first, last + 1) if last - first + 1 == count else sorted(ids)
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        before = int(row[0]) if row else 0
        if row:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [before + count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, before + count])
    return range(before + 1, before + count + 1)


def id_condition(connection: BaseDatabaseWrapper, column: str, ids: Sequence[int]) -> Condition:
    """Return a condition that a column's value is one of many keys, with few parameters however many they are.

    Args:
        connection: the connection that will run it.
        column: column in SQL, quoted and qualified.
        ids: integer keys.
    """
    if _is_run(ids):
        return f"{column} BETWEEN %s AND %s", [ids[0], ids[-1]]
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(ids)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))]  # noqa: S608 - a column's name


def _is_run(ids: Sequence[int]) -> bool:
    """Say whether keys follow one another without a gap."""
    if not len(ids) or ids[-1] - ids[0] + 1 != len(ids):
        return False
    return isinstance(ids, range) or list(ids) == list(range(ids[0], ids[-1] + 1))

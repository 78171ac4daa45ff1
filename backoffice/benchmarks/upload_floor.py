"""The floor of an upload: the same rows, business and history, written by the database driver alone.

The rows are read from a database in which an upload wrote them, and written into another one with the
same tables, indexes and constraints: executemany on SQLite, COPY on PostgreSQL, in one transaction. No
file is read, nothing is checked, nobody is asked.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

# Table → its key, parents first.
TABLES = {
    "products_product": "id",
    "products_historicalproduct": "history_id",
    "products_variant": "id",
    "products_historicalvariant": "history_id",
    "products_stock": "id",
    "products_historicalstock": "history_id",
    "products_stockmovement": "id",
}
# What a later revision of the file changes.
CHANGED = {
    "products_product": ("name", "updated_at"),
    "products_variant": ("price", "cost", "updated_at"),
    "products_stock": ("on_hand", "updated_at"),
}
# Parents of products that the upload makes on the way: few rows, written before the clock starts.
_SMALL = ("accounts_user", "accounts_sellerprofile", "products_category", "kernel_storedfile", "kernel_job")

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def read(url: str, *, after: dict[str, int] | None = None) -> tuple[Rows, dict[str, int]]:
    """Return the rows of the tables, and the highest key of each.

    Args:
        url: database that an upload wrote into.
        after: keys after which rows of appended tables are new; None for all rows.
    """
    found: Rows = {}
    with closing(connected(url)) as connection:
        for table, key in [*((name, "id") for name in _SMALL), *TABLES.items()]:
            since = (after or {}).get(table, 0) if table not in CHANGED else 0
            cursor = connection.cursor()
            cursor.execute(f"SELECT * FROM {table} WHERE {key} > {int(since)} ORDER BY {key}")
            rows = list(map(tuple, cursor.fetchall()))
            found[table] = ([column[0] for column in cursor.description or ()], rows)
    return found, {table: _highest(found[table], key, (after or {}).get(table, 0)) for table, key in TABLES.items()}


def insert(url: str, rows: Rows) -> float:
    """Write all rows; return the seconds of what the upload's rows took."""
    with closing(connected(url)) as connection:
        for table in _SMALL:
            _insert_missing(connection, table, *rows[table])
        connection.commit()
        began = time.perf_counter()
        for table in TABLES:
            _put(connection, table, *rows[table])
        connection.commit()
        return time.perf_counter() - began


def update(url: str, rows: Rows) -> float:
    """Write the changed columns of all rows, and the new history and movements; return the seconds."""
    with closing(connected(url)) as connection:
        _insert_missing(connection, "kernel_job", *rows["kernel_job"])
        connection.commit()
        began = time.perf_counter()
        for table in TABLES:
            if table in CHANGED:
                _set(connection, table, *rows[table])
            else:
                _put(connection, table, *rows[table])
        connection.commit()
        return time.perf_counter() - began


def _put(connection: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(columns)
    if isinstance(connection, sqlite3.Connection):
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _set(connection: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    changed = CHANGED[table]
    places = [columns.index(name) for name in (*changed, "id")]
    values = [tuple(row[place] for place in places) for row in rows]
    if isinstance(connection, sqlite3.Connection):
        sets = ", ".join(f"{name} = ?" for name in changed)
        connection.executemany(f"UPDATE {table} SET {sets} WHERE id = ?", values)
        return
    names = ", ".join((*changed, "id"))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE changes ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")
        with cursor.copy(f"COPY changes ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
        sets = ", ".join(f"{name} = changes.{name}" for name in changed)
        cursor.execute(f"UPDATE {table} SET {sets} FROM changes WHERE {table}.id = changes.id")
        cursor.execute("DROP TABLE changes")


def _insert_missing(connection: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SELECT id FROM {table}")
    there = {row[0] for row in cursor.fetchall()}
    key = list(columns).index("id")
    missing = [tuple(map(_as_parameter, row)) for row in rows if row[key] not in there]
    mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
    marks = ", ".join([mark] * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", missing)


def _as_parameter(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value


def _highest(table: tuple[list[str], list[tuple[Any, ...]]], key: str, default: int) -> int:
    columns, rows = table
    return int(rows[-1][columns.index(key)]) if rows else default


def connected(url: str) -> Any:
    """Return a connection of the driver's own, set up as the project's are."""
    if not url.startswith("sqlite:///"):
        return psycopg.connect(url.replace("postgres://", "postgresql://"))
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
    return connection

"""What the project asks of a database server, on each connection of its own."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

# What was set by whoever runs the server stays.
_PREPARE = """
    SELECT set_config(name, CASE name WHEN 'jit' THEN 'off' ELSE '1.1' END, false)
    FROM pg_settings WHERE name IN ('jit', 'random_page_cost') AND source = 'default'
"""


def server_prepare(*, connection: BaseDatabaseWrapper) -> None:
    """Have PostgreSQL use indexes as fits discs without moving parts, and compile no queries.

    ``random_page_cost``: at its default of 4, meant for discs that turn, a look-up of a chunk's 5,000 keys
    reads a table of half a million rows from end to end: 81 ms instead of 14. ``jit``: compiling pays for
    reports of many seconds. Here it is what its estimates make of a page or of a chunk of 5,000 rows that
    takes too long: 100 ms of compiling for 50 ms of work. A statement and not an option of the connection,
    which poolers refuse.

    Args:
        connection: a connection that has just been opened.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_PREPARE)

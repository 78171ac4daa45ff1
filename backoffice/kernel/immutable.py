"""Rows that the database itself keeps from being changed, on SQLite and PostgreSQL.

An app declares guards; triggers made from them refuse what a guard forbids, raw SQL included. They
are renewed after each migrate and taken away before it: SQLite remakes a table for most changes of
its columns, which loses its triggers without a word, and stumbles over triggers that name a table
while it is being remade. A trigger written in one migration would be gone after a later one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate


@dataclass(frozen=True)
class Guard:
    """One refusal.

    Attributes:
        name: of the trigger, unique in the database.
        table: the table that is guarded.
        event: INSERT, UPDATE or DELETE.
        message: what the database answers; no quotes in it.
        condition: SQL over OLD and NEW that tells when to refuse; empty means always. Comparisons
            that may meet NULL are written ``IS DISTINCT FROM``.
    """

    name: str
    table: str
    event: str
    message: str
    condition: str = ""


GuardSource = Callable[[], Sequence[Guard]]

_sources: dict[str, GuardSource] = {}


def guard_tables(config: AppConfig, source: GuardSource) -> None:
    """Keep an app's guards in the database. Call from ``AppConfig.ready``.

    Args:
        config: the app.
        source: returns the guards; called after each migrate, so that it sees the current columns.
    """
    _sources[config.label] = source
    pre_migrate.connect(_before_migrate, sender=config, dispatch_uid=f"kernel.immutable.before.{config.label}")
    post_migrate.connect(_after_migrate, sender=config, dispatch_uid=f"kernel.immutable.after.{config.label}")


def guards() -> list[Guard]:
    """Return every guard of every app."""
    return [guard for label in sorted(_sources) for guard in _sources[label]()]


def guards_install(connection: BaseDatabaseWrapper, wanted: Sequence[Guard]) -> None:
    """Make the triggers, replacing older ones of the same names."""
    guards_remove(connection, wanted)
    with connection.cursor() as cursor:
        for guard in wanted:
            for statement in _statements(guard, connection.vendor):
                cursor.execute(statement)


def guards_remove(connection: BaseDatabaseWrapper, wanted: Sequence[Guard]) -> None:
    """Take the triggers away; those that are not there do no harm."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in wanted:
            if guard.table not in tables:
                continue
            on_table = "" if connection.vendor == "sqlite" else f' ON "{guard.table}"'
            cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.name}"{on_table}')


def guards_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of guards whose trigger is not in the database."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return [guard.name for guard in guards() if guard.name not in there]


def _statements(guard: Guard, vendor: str) -> list[str]:
    if vendor == "sqlite":
        when = f"WHEN {guard.condition.replace('IS DISTINCT FROM', 'IS NOT')}" if guard.condition else ""
        refuse = f"SELECT RAISE(ABORT, '{guard.message}')"
        head = f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" FOR EACH ROW'
        return [f"{head} {when} BEGIN {refuse}; END"]
    # 23000 is SQL's integrity violation, so that both databases raise Django's IntegrityError.
    refuse = f"RAISE EXCEPTION '{guard.message}' USING ERRCODE = '23000';"
    body = f"IF {guard.condition} THEN {refuse} END IF;" if guard.condition else refuse
    returned = "OLD" if guard.event == "DELETE" else "NEW"
    function = f'CREATE OR REPLACE FUNCTION "{guard.name}"() RETURNS trigger LANGUAGE plpgsql AS'
    trigger = f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" FOR EACH ROW'
    return [
        f"{function} $guard$ BEGIN {body} RETURN {returned}; END $guard$",
        f'{trigger} EXECUTE FUNCTION "{guard.name}"()',
    ]


def _before_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    guards_remove(connections[using], _sources[sender.label]())


def _after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    there = set(connections[using].introspection.table_names())
    guards_install(connections[using], [guard for guard in _sources[sender.label]() if guard.table in there])

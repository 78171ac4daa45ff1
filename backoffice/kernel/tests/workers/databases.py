"""Migrated databases for tests that start processes: one is migrated per run of the tests, the others are copies."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from backoffice.kernel.tests.workers.processes import Environment, run
from backoffice.tests.plugin import kept_template

MakeDatabase = Callable[[], Environment]


@pytest.fixture(scope="session")
def make_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeDatabase]:
    """Return a function that makes a migrated database and returns the environment that names it."""
    media = str(tmp_path_factory.mktemp("media"))
    environment = {**os.environ, "DEBUG": "true", "MEDIA_ROOT": media, "DJANGO_SETTINGS_MODULE": "backoffice.settings"}
    folder = tmp_path_factory.mktemp("databases")
    yield from (_on_postgres if connection.vendor == "postgresql" else _on_sqlite)(environment, folder)


def _on_sqlite(environment: Environment, folder: Path) -> Iterator[MakeDatabase]:
    numbers = itertools.count(1)

    def make() -> Environment:
        template, path = kept_template(), folder / f"{next(numbers)}.sqlite3"
        if not template.exists():
            fresh = folder / "template.sqlite3"
            run({**environment, "DATABASE_URL": f"sqlite:///{fresh}"}, "manage.py", "migrate", "-v", "0")
            # Beside it first: another run of the tests may be looking for it at this moment.
            partial = template.with_suffix(f".{os.getpid()}")
            shutil.copyfile(fresh, partial)
            partial.replace(template)
        shutil.copyfile(template, path)
        return {**environment, "DATABASE_URL": f"sqlite:///{path}"}

    yield make


def _on_postgres(environment: Environment, folder: Path) -> Iterator[MakeDatabase]:
    import psycopg

    configured: dict[str, Any] = settings.DATABASES["default"]
    server = {key: configured[key.upper()] or None for key in ("user", "password", "host", "port")}
    login = f"{server['user']}:{server['password']}" if server["password"] else server["user"]
    address = f"postgres://{login}@{server['host']}:{server['port'] or 5432}"
    made: list[str] = []

    def execute(statement: str) -> None:
        with psycopg.connect(dbname="postgres", autocommit=True, **server) as administrator:
            administrator.execute(statement)

    def make() -> Environment:
        name = f"backoffice_workers_{os.getpid()}_{len(made)}"
        execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{made[0]}"' if made else ""))
        made.append(name)
        named = {**environment, "DATABASE_URL": f"{address}/{name}"}
        if len(made) == 1:
            run(named, "manage.py", "migrate", "-v", "0")
            return make()
        return named

    yield make
    for name in made:
        execute(f'DROP DATABASE "{name}" WITH (FORCE)')

"""Empty, migrated databases for the benchmarks: made once per run, copied for each measurement."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

# Where PostgreSQL is asked for; without an answer there, only SQLite is measured.
POSTGRES_URL = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# Only this one is measured, where one is named: SQLite or PostgreSQL.
ONLY = os.environ.get("BENCH_ENGINE", "")
_numbers = count(1)


@dataclass(frozen=True)
class Engine:
    """One kind of database, with the template that others are copied from.

    Attributes:
        name: as the table of results says it.
        template: URL of the migrated database with reference data.
        folder: for files of the run.
    """

    name: str
    template: str
    folder: Path

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the URL of a copy of the template, and remove it afterwards."""
        number = next(_numbers)
        if self.name == "SQLite":
            path = self.folder / f"copy-{number}.sqlite3"
            shutil.copyfile(self.template.removeprefix("sqlite:///"), path)
            yield f"sqlite:///{path}"
            for left in self.folder.glob(f"{path.name}*"):
                left.unlink()
            return
        name = f"{self.template.rpartition('/')[2]}_{number}"
        with _maintenance() as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template.rpartition("/")[2]}"')
        try:
            yield f"{POSTGRES_URL.rpartition('/')[0]}/{name}"
        finally:
            _drop(name)


@contextmanager
def engines() -> Iterator[list[Engine]]:
    """Yield what there is to measure on: SQLite, and PostgreSQL where it answers."""
    with tempfile.TemporaryDirectory(prefix="backoffice-bench-") as made:
        folder = Path(made)
        found = [Engine("SQLite", f"sqlite:///{folder / 'template.sqlite3'}", folder)]
        name = f"backoffice_bench_{os.getpid()}"
        if _postgres_answers():
            with _maintenance() as server:
                server.execute(f'CREATE DATABASE "{name}"')
            found.append(Engine("PostgreSQL", f"{POSTGRES_URL.rpartition('/')[0]}/{name}", folder))
        else:
            print(f"PostgreSQL does not answer at {POSTGRES_URL}: measured on SQLite alone.", file=sys.stderr)
        try:
            for engine in found:
                for command in (("migrate", "-v", "0"), ("setup_reference_data",)):
                    manage(engine.template, folder, *command)
                if engine.name == "SQLite":
                    _check_in(engine.template)
            yield [engine for engine in found if ONLY in ("", engine.name)]
        finally:
            if len(found) > 1:
                _drop(name)


def environment(url: str, folder: Path) -> dict[str, str]:
    """Return the environment of a process that works on a database of the run."""
    return {**os.environ, "DATABASE_URL": url, "MEDIA_ROOT": str(folder / "media"), "DEBUG": "true"}


def manage(url: str, folder: Path, *arguments: str) -> None:
    """Run a management command on a database of the run.

    Raises:
        CalledProcessError: the command failed.
    """
    root = Path(__file__).parents[2]
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=root, env=environment(url, folder), check=True, stdout=subprocess.DEVNULL)


def _check_in(url: str) -> None:
    """Move what stands in SQLite's log into the file, which alone is copied."""
    import sqlite3

    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _maintenance() -> psycopg.Connection[Any]:
    return psycopg.connect(POSTGRES_URL.rpartition("/")[0] + "/postgres", autocommit=True, connect_timeout=5)


def _postgres_answers() -> bool:
    try:
        _maintenance().close()
    except psycopg.OperationalError:
        return False
    return True


def _drop(name: str) -> None:
    with _maintenance() as server, suppress(psycopg.errors.InvalidCatalogName):
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

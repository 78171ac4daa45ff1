"""The pytest plugin of the project: settings that every test runs under, and which tests are left out where.

It is loaded before pytest-django (`-p` in pyproject.toml), because the settings are read from the
environment when pytest-django starts.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

# Tests must not depend on the settings of the shell that they are started from, nor touch a shop's files.
# DATABASE_URL alone is taken over: it chooses the database to test on.
for name in ("ALLOWED_HOSTS", "EMAIL_URL", "JOBS_BROKER_URL", "LANGUAGE_CODE", "MEDIA_ROOT", "SECRET_KEY", "TIME_ZONE"):
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ.pop("DEBUG_FILE", None)
# pytest-django sets DEBUG to False again; what this leaves out is the redirect to HTTPS and hashed file names.
os.environ["DEBUG"] = "true"
os.environ["SECRET_KEY"] = "a-key-for-tests-alone-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def test_settings(settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give each test a cheap password hash, a media folder of its own and empty throttles."""
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    media = tmp_path_factory.mktemp("media")
    settings.MEDIA_ROOT = str(media)
    cache.clear()
    yield
    shutil.rmtree(media, ignore_errors=True)


@pytest.fixture(autouse=True)
def audited_writes() -> Iterator[None]:
    """Let rows made by tests name a source, as every write must."""
    from backoffice.kernel.history.context import audit

    with audit(source="tests"):
        yield


@pytest.fixture(autouse=True)
def log_in_with_one_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests log in without a second factor, unless they ask for it by saving the shop's settings."""
    from backoffice.kernel.shop.models import ShopSettings

    field = ShopSettings._meta.get_field("require_second_factor")
    monkeypatch.setitem(field.__dict__, "_get_default", lambda: False)


@pytest.fixture(scope="session", autouse=True)
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point the static files at an empty folder: WhiteNoise warns about one that is missing."""
    from django.conf import settings

    before = settings.STATIC_ROOT
    settings.STATIC_ROOT = str(tmp_path_factory.mktemp("static"))
    yield
    settings.STATIC_ROOT = before


@pytest.fixture(scope="session", autouse=True)
def flush_unguarded() -> Iterator[None]:
    """Let tests that commit empty SQLite's tables afterwards: its flush deletes rows, which guards refuse.

    Migrating signals follow each flush, so the guards are back before the next test.
    """
    # Through base: on PostgreSQL nobody has imported it yet, and the two modules import each other.
    from django.db.backends.sqlite3.base import DatabaseOperations

    from backoffice.kernel.immutable import guards, guards_remove

    flush = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        guards_remove(self.connection, guards())
        flush(self, sql_list)

    DatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture(scope="session", autouse=True)
def migrated_template() -> Iterator[None]:
    """Migrate an SQLite database for tests once per set of migrations, and copy it from then on.

    Migrating from nothing takes longer than most test files; the copy is kept in the folder for
    temporary files under the hash of all that goes into it.
    """
    from django.db import connection
    from django.db.backends.sqlite3.creation import DatabaseCreation

    if connection.vendor != "sqlite":
        yield
        return
    migrate_anew = DatabaseCreation.create_test_db

    def migrated_once(self: Any, *args: Any, **kwargs: Any) -> str:
        kept = kept_template()
        if not kept.exists():
            name: str = migrate_anew(self, *args, **kwargs)
            partial = kept.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(partial)) as copy:
                self.connection.connection.backup(copy)
            partial.replace(kept)
            return name
        name = self._get_test_db_name()
        self.connection.close()
        self.connection.settings_dict["NAME"] = name
        self.connection.ensure_connection()
        with closing(sqlite3.connect(kept)) as copy:
            copy.backup(self.connection.connection)
        return name

    DatabaseCreation.create_test_db = migrated_once  # type: ignore[method-assign]
    yield
    DatabaseCreation.create_test_db = migrate_anew  # type: ignore[method-assign]


def kept_template() -> Path:
    """Return where the migrated database of these very migrations is kept, whether it is there yet or not."""
    return Path(tempfile.gettempdir()) / f"backoffice-tests-{_migrations_hash()}.sqlite3"


def _migrations_hash() -> str:
    """Return a hash over everything that an empty, migrated database depends on."""
    root = Path(__file__).parents[2]
    sources = [*root.glob("*/migrations/*.py"), *root.glob("backoffice/*/migrations/*.py"), *root.glob("*/models/*.py")]
    sources += [
        root / "requirements.txt",
        root / "accounts" / "permissions.py",
        root / "accounts" / "services" / "roles.py",
    ]
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:20]


@pytest.fixture
def foreign_data() -> Path:
    """The folder with sample files of other systems."""
    return Path(os.environ["BACKOFFICE_FOREIGN_DATA"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with the reason, what cannot run here."""
    reasons = {
        "postgres": _why_no_postgres(),
        "browser": _why_no_browser(config),
        "foreign": _why_no_foreign_data(),
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def _why_no_postgres() -> str | None:
    from django.conf import settings

    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return None
    return "needs PostgreSQL: set DATABASE_URL=postgres://..."


def _why_no_browser(config: pytest.Config) -> str | None:
    if os.environ.get("BACKOFFICE_BROWSER") == "1":
        return None
    chosen = "browser" in config.option.markexpr and "not browser" not in config.option.markexpr
    if chosen and (shutil.which("chromium") or shutil.which("google-chrome")):
        return None
    return "needs Chromium: install it and choose -m browser, or set BACKOFFICE_BROWSER=1"


def _why_no_foreign_data() -> str | None:
    folder = os.environ.get("BACKOFFICE_FOREIGN_DATA")
    if not folder:
        return "needs sample files of other systems: set BACKOFFICE_FOREIGN_DATA to their folder"
    return None if Path(folder).is_dir() else f"BACKOFFICE_FOREIGN_DATA is {folder}, which is no folder"

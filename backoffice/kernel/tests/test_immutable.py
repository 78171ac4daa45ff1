"""Guards survive migrations, and are missed when they are gone."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_migrate, pre_migrate

from backoffice.kernel.immutable import Guard, guards, guards_install, guards_missing, guards_remove

pytestmark = pytest.mark.django_db

TABLE = "guarded_things"
NO_RENAME = Guard(
    f"{TABLE}_no_rename", TABLE, "UPDATE", "Things keep their name.", "NEW.name IS DISTINCT FROM OLD.name"
)
NO_DELETE = Guard(f"{TABLE}_no_delete", TABLE, "DELETE", "Things stay.")


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def table():
    execute(f"CREATE TABLE {TABLE} (id integer PRIMARY KEY, name varchar(20), note varchar(20))")
    execute(f"INSERT INTO {TABLE} VALUES (1, 'one', NULL), (2, NULL, NULL)")
    guards_install(connection, [NO_RENAME, NO_DELETE])


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (f"UPDATE {TABLE} SET name = 'two' WHERE id = 1", "Things keep their name"),
        (f"UPDATE {TABLE} SET name = NULL WHERE id = 1", "Things keep their name"),
        (f"UPDATE {TABLE} SET name = 'two' WHERE id = 2", "Things keep their name"),
        (f"DELETE FROM {TABLE}", "Things stay"),
    ],
)
def test_what_a_guard_forbids_is_refused(table, sql, message):
    with pytest.raises(IntegrityError, match=message):
        execute(sql)


def test_what_it_does_not_forbid_goes_through(table):
    execute(f"UPDATE {TABLE} SET note = 'x', name = name")

    guards_remove(connection, [NO_RENAME, NO_DELETE])
    execute(f"DELETE FROM {TABLE}")


def test_installing_twice_replaces(table):
    guards_install(connection, [NO_RENAME, NO_DELETE])

    with pytest.raises(IntegrityError, match="Things stay"):
        execute(f"DELETE FROM {TABLE}")


def test_a_table_that_is_not_there_does_no_harm():
    guards_remove(connection, [NO_DELETE])


def test_every_declared_guard_is_in_the_database():
    assert len(guards()) >= 10
    assert guards_missing(connection) == []


def test_guards_step_aside_for_a_migration_and_come_back():
    config = apps.get_app_config("finance")
    send = {"sender": config, "app_config": config, "verbosity": 0, "interactive": False, "using": "default"}

    pre_migrate.send(**send)
    assert guards_missing(connection) == ["finance_paymentevent_no_update", "finance_paymentevent_no_delete"]

    post_migrate.send(**send)
    assert guards_missing(connection) == []

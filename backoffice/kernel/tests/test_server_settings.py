"""What connections to a database server are set up with."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def settings():
    """Return what a new connection is set to."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('jit'), current_setting('random_page_cost')")
        return cursor.fetchone()


def test_postgresql_compiles_nothing_and_uses_its_indexes():
    assert settings() == ("off", "1.1")


def test_what_the_server_is_set_to_stays():
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('ALTER ROLE %I IN DATABASE %I', current_user, current_database())")
        (role,) = cursor.fetchone()
        cursor.execute(f"{role} SET random_page_cost = 2")
    try:
        found = settings()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{role} RESET random_page_cost")

    assert found == ("off", "2")

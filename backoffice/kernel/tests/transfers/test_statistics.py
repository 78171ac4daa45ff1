"""PostgreSQL is told of many new rows, and of few it is not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.kernel.tests.transfers.uploading import applied
from backoffice.kernel.transfers import staging, statistics

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

FILE = "sku,name,price\nA-1,One,1.00\nA-2,Two,2.00\n"


@pytest.mark.parametrize(("many", "told"), [(2, 2.0), (3, -1.0)])
def test_the_tables_are_looked_at_after_many_rows(monkeypatch, shop, many, told):
    monkeypatch.setattr(statistics, "MANY_ROWS", many)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = -1 WHERE relname = 'products_historicalvariant'")

    applied(FILE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'products_historicalvariant'")
        assert cursor.fetchone() == (told,)


def test_they_are_looked_at_before_the_chunks_to_come_are_planned(monkeypatch, shop):
    monkeypatch.setattr(statistics, "MANY_ROWS", 2)
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)

    with CaptureQueriesContext(connection) as found:
        applied(FILE + "".join(f"B-{n},Other,3.00\n" for n in range(3)))

    said = [query["sql"] for query in found if '"products_historicalvariant"' in query["sql"]]
    looked = [place for place, sql in enumerate(said) if sql.startswith("ANALYZE")]
    written = [place for place, sql in enumerate(said) if "COPY" in sql or sql.startswith("INSERT")]
    assert (len(looked), looked[1] > max(written)) == (2, True)
    assert sum(place < looked[0] for place in written) == 2

"""Files of orders that are longer than a chunk: sales and what comes back of them, and orders in two parts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.kernel.tests.transfers.uploading import counts, errors
from backoffice.kernel.transfers import staging
from orders.models import Order, Return
from orders.tests.order_files import RETAIL, mugs, order, plan, upload

pytestmark = pytest.mark.django_db

HEAD = "Order number,Ordered at,Customer number,SKU,Quantity,Unit price\n"


def sales(count, *, first=1):
    """Return rows of orders with two lines each."""
    return "".join(
        f"W-{n},2024-05-01 10:00,K-{n},{sku},2,9.90\n"
        for n in range(first, first + count)
        for sku in ("MUG-BLUE", "MUG-RED")
    )


@pytest.fixture
def short_chunks(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)


def test_goods_come_back_in_a_later_chunk(short_chunks):
    mugs()
    back = "R-1,2024-05-02 10:00,K-1,MUG-BLUE,-1,9.90\nR-2,2024-05-02 11:00,K-1,MUG-BLUE,-2,9.90\n"

    done = upload(HEAD + sales(3) + back)

    assert counts(done) == {"rows": 8, "created": 8}
    assert Return.objects.get().external_reference == "R-1"
    assert Return.objects.get().order == order("W-1")
    # One of two was taken by the first return; the second finds no sale of two.
    assert order("R-2").status == "cancelled"


def test_an_order_in_two_parts_far_apart_is_refused(short_chunks):
    mugs()
    rows = sales(3) + "W-1,2024-05-01 10:00,K-1,MUG-BLUE,1,9.90\n"

    done = upload(HEAD + rows, on_error="skip")

    assert set(Order.objects.values_list("external_reference", flat=True)) == {"W-2", "W-3"}
    assert errors(done) == {
        2: [["", "W-1", "“W-1” is also in row 8."]],
        3: [["", "", "The rest of its order is not taken in."]],
        8: [["", "W-1", "“W-1” is also in row 2."]],
    }


def test_an_order_that_ends_on_the_edge_of_a_chunk_is_whole(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 3)
    mugs()

    upload(HEAD + sales(4))

    assert [found.lines.count() for found in Order.objects.order_by("pk")] == [2, 2, 2, 2]


def test_the_queries_do_not_grow_with_the_rows():
    mugs()
    upload(RETAIL)

    def queries(text):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            upload(text)
        return len(captured)

    few = queries(HEAD + sales(3, first=100))
    many = queries(HEAD + sales(150, first=200))

    assert many == few


def test_nor_do_those_of_comparing():
    mugs()
    upload(HEAD + sales(150))

    def queries(text):
        with CaptureQueriesContext(connection) as captured:
            plan(text)
        return len(captured)

    assert queries(HEAD + sales(150)) == queries(HEAD + sales(3))


def test_orders_in_the_template_are_kept_whole(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 3)
    monkeypatch.setattr(staging, "LONGEST_GROUP", 6)
    mugs()
    head = "number,external_reference,ordered_at,sku,quantity,unit_price\n"
    rows = "".join(f",W-{n},2024-05-0{n},{sku},2,9.90\n" for n in range(1, 8) for sku in ("MUG-BLUE", "MUG-RED"))

    done = upload(head + rows)

    assert (done.mapping["shape"], counts(done)) == ("backoffice", {"rows": 14, "created": 14})
    assert [found.lines.count() for found in Order.objects.order_by("pk")] == [2] * 7

"""Rows read through kept statements are what the ORM reads."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backoffice.kernel.keyed import row_find, row_get, rows_kept
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.shop.services import shop_settings_row
from orders.models import Order, OrderLine
from orders.tests.factories import draft_order

pytestmark = pytest.mark.django_db


def values(row):
    return {name: (type(value), value) for name, value in vars(row).items() if name != "_state"}


def test_a_row_is_what_the_orm_reads():
    order = draft_order()

    found = row_get(Order, order.pk)

    assert values(found) == values(Order.objects.get(pk=order.pk))
    assert (found._state.adding, found._state.db) == (False, "default")


def test_rows_come_in_the_order_asked_for():
    order, other = draft_order(), draft_order()
    expected = list(OrderLine.objects.filter(order=order).order_by("-position"))
    assert other.lines.count() > 0

    found = rows_kept(OrderLine, {"order_id": order.pk}, order_by=("-position",))

    assert [values(row) for row in found] == [values(row) for row in expected]


def test_the_kept_statement_finds_other_values_and_new_contents():
    first, second = draft_order(), draft_order()
    row_get(Order, first.pk)
    Order.objects.filter(pk=second.pk).update(email="new@example.test")

    with CaptureQueriesContext(connection) as queries:
        found = row_get(Order, second.pk)

    assert (found.pk, found.email, len(queries)) == (second.pk, "new@example.test", 1)


def test_a_row_that_is_not_there():
    assert row_find(Order, 0) is None
    with pytest.raises(Order.DoesNotExist, match="There is no order 0"):
        row_get(Order, 0)


def test_text_and_choices_are_looked_for_by_their_value():
    order = draft_order()

    found = rows_kept(Order, {"number": order.number, "status": order.status})

    assert [row.pk for row in found] == [order.pk]
    assert rows_kept(Order, {"number": order.number, "status": "cancelled"}) == []


def test_a_boolean_is_refused():
    with pytest.raises(LookupError, match="not found by prices_include_tax"):
        rows_kept(Order, {"prices_include_tax": True})


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction_and_is_taken():
    row = shop_settings_row()

    with pytest.raises(transaction.TransactionManagementError, match="inside a transaction"):
        row_get(ShopSettings, row.pk, lock="update")
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        locked = row_get(ShopSettings, row.pk, lock="no_key")

    assert locked.pk == row.pk
    asked = "FOR NO KEY UPDATE" in queries[0]["sql"]
    assert asked is connection.features.has_select_for_update

"""Stock tells which orders its pieces are promised to."""

from __future__ import annotations

import pytest

from orders.selectors import promises
from orders.selectors.promises import promises_of
from orders.tests.factories import placed_order, stocked_variant
from products.models import Stock
from products.selectors.explained import Promise, stock_explain

pytestmark = pytest.mark.django_db


@pytest.fixture
def stock() -> Stock:
    """Ten pieces, two and three of them promised."""
    variant = stocked_variant(on_hand=10)
    for quantity in (2, 3):
        placed_order(lines=[(variant, quantity)])
    return Stock.objects.get(variant=variant)


def test_each_order_is_named_with_its_pieces(stock):
    orders = [allocation.line.order for allocation in stock.allocations.order_by("pk")]

    entry = stock_explain(stock=stock)

    assert entry.promises == [
        Promise(what=f"Order {order.number}", quantity=quantity, url=f"/admin/orders/order/{order.pk}/change/")
        for order, quantity in zip(orders, (2, 3), strict=True)
    ]
    assert (entry.promised, entry.promises_add_up, entry.movements_add_up) == (5, True, True)


def test_many_orders_are_summed_up(stock, monkeypatch):
    monkeypatch.setattr(promises, "MOST_SHOWN", 1)

    assert promises_of(stock.pk)[1:] == [Promise(what="1 further order lines", quantity=3)]


def test_naming_them_costs_two_queries_at_most(stock, django_assert_num_queries):
    with django_assert_num_queries(1):
        promises_of(stock.pk)

"""Pages of long lists are the same rows as those of a plain paginator, at a cost that does not grow."""

import pytest
from django.core.paginator import EmptyPage, Paginator
from django.db import connection

from backoffice.kernel.admin import paging
from backoffice.kernel.admin.paging import LongListPaginator
from orders.models import Order
from orders.services.drafts import order_create

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(monkeypatch):
    monkeypatch.setattr(paging, "EXACT_UP_TO", 5)
    monkeypatch.setattr(paging, "_estimate", lambda rows: rows.count())
    for _ in range(23):
        order_create(email="x@example.com")
    return Order.objects.order_by("-pk")


def test_same_pages_as_a_plain_paginator(orders):
    for rows in (orders, orders.filter(number__gte="O-100004"), orders.order_by("email", "pk")):
        plain, long = Paginator(rows, 4), LongListPaginator(rows, 4)
        assert (long.count, long.num_pages) == (plain.count, plain.num_pages)
        for number in plain.page_range:
            assert list(long.page(number)) == list(plain.page(number)), number


def test_there_is_no_page_beyond_the_last(orders):
    with pytest.raises(EmptyPage):
        LongListPaginator(orders, 4).page(7)


def test_short_lists_are_counted_exactly(orders):
    assert LongListPaginator(orders.filter(number="O-100001"), 4).count == 1
    assert LongListPaginator(orders.none(), 4).count == 0


def test_deep_pages_read_whole_rows_only_of_the_page(orders, django_assert_num_queries):
    paginator = LongListPaginator(orders, 4)
    assert paginator.count == 23

    with django_assert_num_queries(2):
        paginator.page(5)


@pytest.mark.postgres
def test_the_planner_says_about_how_long_a_list_is():
    for _ in range(50):
        order_create(email="x@example.com")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_order")

    assert paging._estimate(Order.objects.order_by("-pk")) == 50


def test_the_list_of_orders_is_paged_so(boss, orders):
    response = boss.get("/admin/orders/order/")

    assert isinstance(response.context["cl"].paginator, LongListPaginator)

"""A list that fits on one page is read once; a longer one is counted, and shows the same pages as ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import SuperuserFactory
from backoffice.kernel.admin.paging import FirstPagePaginator
from products.models import Product
from products.tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Any) -> Any:
    client.force_login(SuperuserFactory())
    return client


def asked(client: Any, url: str) -> tuple[Any, list[str]]:
    """Return a list and what it asked the database of its rows."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    return response.context["cl"], [row["sql"] for row in queries if 'FROM "products_product"' in row["sql"]]


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 9])
@pytest.mark.parametrize("wants_first", [True, False])
def test_same_pages_as_a_plain_paginator(length, wants_first):
    ProductFactory.create_batch(length)
    rows = Product.objects.order_by("pk")
    plain, own = Paginator(rows, 4), FirstPagePaginator(rows, 4)
    own.wants_first = wants_first

    assert (own.count, own.num_pages) == (plain.count, plain.num_pages)
    for number in plain.page_range:
        assert list(own.page(number)) == list(plain.page(number))
    assert own.all_rows == (list(rows) if wants_first and length <= 4 else None)


def test_a_list_of_one_page_is_not_counted(boss):
    ProductFactory.create_batch(3)

    cl, queries = asked(boss, "/admin/products/product/")

    assert (cl.result_count, len(cl.result_list), cl.multi_page) == (3, 3, False)
    assert not [query for query in queries if "COUNT(*)" in query]


@pytest.mark.parametrize(("query", "shown"), [("", 100), ("?p=1", 100), ("?p=2", 3), ("?all=", 103)])
def test_a_longer_list_is_counted(boss, query, shown):
    ProductFactory.create_batch(103)

    cl, queries = asked(boss, f"/admin/products/product/{query}")

    newest_first = list(Product.objects.order_by("-pk").values_list("pk", flat=True))
    start = 100 if query == "?p=2" else 0
    assert [row.pk for row in cl.result_list] == newest_first[start : start + shown]
    assert (cl.result_count, cl.multi_page) == (103, True)
    assert len([query for query in queries if "COUNT(*)" in query]) == 1

"""How many queries an answer costs does not depend on how many rows it holds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import SuperuserFactory
from backoffice.tests.api.world import client_of, draft, party
from invoices.tests.factories import issued_invoice
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place
from orders.tests.factories import stocked_variant

pytestmark = pytest.mark.django_db

ROWS = 50


def cost(client, url: str, **query: object) -> tuple[int, int]:
    """Return how many queries a page costs and how many rows it holds."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, query)
    assert response.status_code == 200, response.content
    return len(captured), len(response.json().get("results", [0]))


def many(shop) -> None:
    """Add so many of everything to the shop."""
    for number in range(ROWS):
        variant = stocked_variant(seller=shop.seller, name=f"Thing {number}")
        order = draft(shop.word, shop.customer, (variant, 1))
        order_place(order=order)
        issued_invoice(order=order)


@pytest.mark.parametrize(
    "who",
    ["house", "seller", "customer", "nobody"],
)
def test_lists(who):
    shop = party("Alpha")
    client = client_of({"house": SuperuserFactory(), "seller": shop.user, "customer": shop.customer}.get(who))
    names = {
        "house": ["api-product", "api-stock", "api-order", "api-order-line", "api-payment", "api-invoice"],
        "seller": ["api-product", "api-stock", "api-order", "api-order-line"],
        "customer": ["api-order", "api-invoice"],
        "nobody": ["api-catalogue-product"],
    }[who]
    urls = [reverse(f"{name}-list") for name in names]
    few = [cost(client, url, page_size=200)[0] for url in urls]
    many(shop)

    for url, before in zip(urls, few, strict=True):
        queries, rows = cost(client, url, page_size=200)
        assert rows > ROWS - 1, url
        assert queries == before, url
        # With its filters, no more than one query beside: the look-up of a branch, say.
        assert before <= 12, url


def test_an_order_with_many_lines_and_a_product_with_many_variants():
    shop = party("Alpha")
    client = client_of(SuperuserFactory())
    small, large = (draft("Alpha", shop.customer, (shop.variant, 1)) for _ in range(2))
    variants = [stocked_variant(seller=shop.seller) for _ in range(ROWS)]
    order_lines_add(order=large, new=[NewLine(variant=variant) for variant in variants])
    for order in (small, large):
        order_place(order=order)
    product = shop.unpublished.product_id
    before = cost(client, reverse("api-product-detail", args=[product]))
    for variant in variants:
        variant.product_id = product
        variant.save()

    assert cost(client, reverse("api-product-detail", args=[product])) == before
    assert cost(client, reverse("api-order-detail", args=[small.number])) == cost(
        client, reverse("api-order-detail", args=[large.number])
    )


def test_a_deep_page_costs_what_the_first_one_does():
    shop = party("Alpha")
    client = client_of(SuperuserFactory())
    many(shop)
    first = client.get(reverse("api-order-list"), {"page_size": 10})
    url, seen = first.json()["next"], [row["number"] for row in first.json()["results"]]
    queries, _ = cost(client, reverse("api-order-list"), page_size=10)

    while url:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url).json()
        assert len(captured) == queries
        seen += [row["number"] for row in page["results"]]
        url = page["next"]

    assert len(seen) == len(set(seen)) == ROWS + 1
    assert seen == sorted(seen, reverse=True)


def test_pages_are_capped():
    shop = party("Alpha")
    client = client_of(SuperuserFactory())
    assert cost(client, reverse("api-order-list"), page_size=1)[1] == 1
    page = client.get(reverse("api-order-list"), {"page_size": 100_000})
    assert page.status_code == 200
    assert shop.order.number in page.content.decode()

"""Orders are found by number, name, email, SKU and tracking number, through indexes alone."""

import pytest
from django.db import connection

from accounts.tests.factories import SellerUserFactory, SuperuserFactory
from orders.models import Order, OrderLine
from orders.selectors.queues import Queue, orders_in
from orders.selectors.searching import begins_with, order_search
from orders.services.drafts import order_update
from orders.services.shipments import shipment_create
from orders.tests.factories import ADDRESS, draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    order = placed_order(
        lines=[(stocked_variant(), 1), (stocked_variant(), 1)],
        email="Ana.Lopez@Example.com",
        external_reference="EXT 77",
        billing_address={**ADDRESS, "name": "Ana Maria López", "company": "López y Hijos"},
    )
    shipment_create(order=order, tracking_number="JD0146")
    draft_order(billing_address={**ADDRESS, "name": "Somebody Else"}, email="else@example.com")
    return order


@pytest.mark.parametrize(
    "text",
    [
        "O-100001",
        "o-100001",
        "100001",
        "S-100001",
        "s-100001",
        "JD0146",
        "ana.lopez@example.com",
        "ANA.LOPEZ@",
        "ana.lo",
        "EXT 77",
        "López y",
        "lópez y hijos",
        "lópez",
        "López Ana",
        "ana maria lópez",
        "  Ana   Maria  López ",
    ],
)
def test_found_by(order, text):
    assert order_search(text, user=SuperuserFactory()) == [order.pk]


def test_found_by_sku(order):
    sku = order.lines.first().sku

    assert order_search(sku, user=SuperuserFactory()) == [order.pk]
    assert order_search(sku.lower(), user=SuperuserFactory()) == [order.pk]
    assert len(order_search(sku[:4], user=SuperuserFactory())) == 2


@pytest.mark.parametrize("text", ["", " ", "x", "nobody", "pez", "%", "O-%", "100002 100001"])
def test_not_found(order, text):
    assert order_search(text, user=SuperuserFactory()) == []


def test_seller_learns_nothing_about_others(order):
    mine, theirs = order.lines.all()
    seller = SellerUserFactory(seller=mine.seller)

    assert order_search(order.number, user=seller) == [order.pk]
    assert order_search(mine.sku, user=seller) == [order.pk]
    for text in (theirs.sku, "ana.lopez@example.com", "lópez", "EXT 77", "JD0146", "S-100001"):
        assert order_search(text, user=seller) == []
    stranger = SellerUserFactory()
    assert order_search(order.number, user=stranger) == []


def test_name_follows_the_address(order):
    other = Order.objects.exclude(pk=order.pk).get()

    order_update(order=other, values={"billing_address": {**ADDRESS, "name": "Zoe Zimmer"}})

    assert order_search("zimmer", user=SuperuserFactory()) == [other.pk]


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Order, "external_reference"),
        (Order, "number"),
        (Order, "email"),
        (Order, "buyer_search"),
        (Order, "buyer_search_surname"),
        (OrderLine, "sku"),
    ],
)
def test_beginnings_use_an_index(model, field):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = model.objects.order_by().filter(begins_with(field, "abc")).values("pk").explain()

    assert "index" in plan.lower()
    assert "seq scan" not in plan.lower()
    assert "SCAN " not in plan or connection.vendor == "postgresql"


@pytest.mark.parametrize("queue", list(Queue))
def test_queues_use_an_index(queue):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = orders_in(queue, Order.objects.order_by())[:10].explain()

    assert "orders_order_by_queue" in plan or "orders_order_by_status" in plan

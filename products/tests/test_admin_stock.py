"""The pages that move and explain stock."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Sum
from django.utils import timezone

from backoffice.kernel.clock import clock_at
from products.models import Location, MovementReason, Stock, StockMovement, Variant
from products.selectors.explained import Promise, register_promise_source, stock_explain
from products.services.stock import StockDemand, StockMove, stock_allocate, stock_move
from products.tests.admin_forms import posted_form
from products.tests.factories import LocationFactory, StockFactory

pytestmark = pytest.mark.django_db


def make_variant() -> Variant:
    """Ten pieces in the main warehouse."""
    row = StockFactory(variant__sku="MUG-1")
    stock_move(
        moves=[StockMove(variant_id=row.variant_id, location_id=row.location_id, quantity=10)],
        reason=MovementReason.OPENING,
    )
    return row.variant


@pytest.fixture
def variant() -> Variant:
    return make_variant()


@pytest.fixture
def clerk(entered):
    return entered("Warehouse")


def page(variant: Variant) -> str:
    return f"/admin/products/variant/{variant.pk}/stock/"


def move(client, variant, happening: str, quantity: int, **more):
    data = {
        "happening": happening,
        "location": Location.objects.get(code="main").pk,
        "quantity": quantity,
        "reference": "L-7",
        "note": "",
        **more,
    }
    return client.post(page(variant), data)


def on_hand(variant) -> dict[str, int]:
    return dict(variant.stocks.values_list("location__code", "on_hand"))


@pytest.mark.parametrize(
    ("moved", "left", "reason"),
    [
        (("received", 5), 15, "receipt"),
        (("taken", 4), 6, "adjustment"),
        (("counted", 8), 8, "count"),
        (("counted", 0), 0, "count"),
    ],
)
def test_moving(client, clerk, moved, left, reason):
    variant = make_variant()

    response = move(client, variant, *moved)

    assert response.status_code == 302
    assert on_hand(variant) == {"main": left}
    newest = StockMovement.objects.first()
    assert (newest.reason, newest.reference, newest.user) == (reason, "L-7", clerk)


def test_carrying(client, clerk, variant):
    shop = LocationFactory(code="shop")

    move(client, variant, "carried", 3, target=shop.pk)

    assert on_hand(variant) == {"main": 7, "shop": 3}


def test_a_count_taken_earlier_allows_for_what_moved_since(client, clerk):
    with clock_at(timezone.now() - dt.timedelta(hours=2)):
        variant = make_variant()
    an_hour_ago = timezone.localtime() - dt.timedelta(hours=1)
    move(client, variant, "taken", 2)

    response = move(client, variant, "counted", 9, counted_at=f"{an_hour_ago:%Y-%m-%dT%H:%M}")

    assert response.status_code == 302
    assert on_hand(variant) == {"main": 7}
    assert variant.stocks.get().movements.aggregate(sum=Sum("quantity"))["sum"] == 7


@pytest.mark.parametrize(
    ("posted", "field", "message"),
    [
        (("taken", 11, {}), "__all__", "Not enough stock. MUG-1 at Main warehouse: 11 wanted, 10 available."),
        (("taken", 0, {}), "quantity", "Move at least one piece."),
        (("carried", 1, {}), "target", "Say where the goods were carried."),
        (("received", 1, {"counted_at": "2020-01-01T10:00"}), "counted_at", "Only a count has a time of counting."),
        (("counted", 1, {"counted_at": "2999-01-01T10:00"}), "counted_at", "The time of the count lies in the future."),
        (("received", -1, {}), "quantity", "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_is_impossible_is_said_at_its_field(client, clerk, posted, field, message):
    variant = make_variant()
    happening, quantity, more = posted

    response = move(client, variant, happening, quantity, **more)

    assert response.status_code == 200
    assert response.context["form"].errors == {field: [message]}
    assert on_hand(variant) == {"main": 10}
    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("role", ["Catalogue editor", "Auditor", "Order desk"])
def test_readers_read_and_do_not_move(client, entered, variant, role):
    entered(role)

    assert client.get(page(variant)).context["form"] is None
    assert move(client, variant, "received", 1).status_code == 403
    assert on_hand(variant) == {"main": 10}


@pytest.fixture
def no_sources(monkeypatch) -> None:
    """Nobody tells of promises."""
    monkeypatch.setattr("products.selectors.explained._sources", [])


def test_the_page_of_a_row_explains_its_figures(client, clerk, variant, no_sources):
    move(client, variant, "taken", 3)
    stock = variant.stocks.get()
    stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=2)])
    stock.refresh_from_db()

    entry = stock_explain(stock=stock)
    assert [(row.quantity, row.balance) for row in entry.movements] == [(-3, 7), (10, 10)]
    assert (entry.moved, entry.movement_count) == (7, 2)

    html = client.get(f"/admin/products/stock/{stock.pk}/change/").content.decode()
    assert "7 on hand − 2 promised = 5 available" in html
    assert "do not add up" not in html


def test_a_stock_that_does_not_add_up_is_said_so(client, clerk, variant):
    Stock.objects.update(on_hand=11)

    assert "The books do not add up: the movements come to 10." in client.get(page(variant)).content.decode()


def test_promises_are_listed_by_the_apps_above(client, clerk, variant, no_sources):
    register_promise_source(lambda _stock_id: [Promise("Order 7", 2, "/order/7/")])
    stock = variant.stocks.get()
    assert stock_explain(stock=stock).promises_add_up is False
    assert "The books do not add up: orders hold 2." in client.get(page(variant)).content.decode()

    stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=2)])
    stock.refresh_from_db()

    assert stock_explain(stock=stock).promises_add_up is True
    html = client.get(page(variant)).content.decode()
    assert '<a href="/order/7/">Order 7</a>: 2' in html
    assert "do not add up" not in html


def test_settings_of_stock_leave_its_quantities(client, clerk, variant):
    stock = variant.stocks.get()
    url = f"/admin/products/stock/{stock.pk}/change/"
    data = posted_form(client, url, reorder_point="4", on_hand="99", allocated="9")
    move(client, variant, "taken", 3)

    response = client.post(url, {name: value for name, value in data.items() if not name.startswith("_version")})

    assert response.status_code == 302
    stock.refresh_from_db()
    assert (stock.reorder_point, stock.on_hand, stock.allocated) == (4, 7, 0)
    assert stock.history.first().on_hand == 7


@pytest.mark.parametrize("path", ["stock/add/", "stockmovement/add/"])
def test_nobody_adds_stock_or_movements_by_hand(client, entered, path):
    entered("Administrator")

    assert client.get(f"/admin/products/{path}").status_code == 403


def test_movements_are_read_only(client, entered, variant):
    entered("Administrator")
    movement = StockMovement.objects.get()
    url = f"/admin/products/stockmovement/{movement.pk}"

    assert client.get(f"{url}/change/").status_code == 200
    assert client.post(f"{url}/change/", {"quantity": 5}).status_code == 403
    assert client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    assert StockMovement.objects.get().quantity == 10

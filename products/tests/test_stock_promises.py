"""Stock is promised, set free and shipped; never more than there is."""

from __future__ import annotations

import pytest

from backoffice.kernel.shop.models import ShopSettings
from products.exceptions import InsufficientStock, StockRefused
from products.models import MovementReason, Stock
from products.services.stock import (
    StockDemand,
    StockMove,
    StockShare,
    stock_allocate,
    stock_move,
    stock_release,
    stock_ship,
)
from products.tests.factories import LocationFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant():
    return VariantFactory(sku="MUG-1")


def put(variant, code: str, quantity: int, *, priority: int = 0, **location) -> Stock:
    place = LocationFactory(code=code, name=code.title(), priority=priority, **location)
    stock_move(
        moves=[StockMove(variant_id=variant.pk, location_id=place.pk, quantity=quantity)], reason=MovementReason.RECEIPT
    )
    return Stock.objects.get(variant=variant, location=place)


def allocated(*rows: Stock) -> list[int]:
    return [Stock.objects.get(pk=row.pk).allocated for row in rows]


def test_locations_give_in_the_order_of_their_priority(variant):
    second, first = put(variant, "second", 5, priority=2), put(variant, "first", 3, priority=1)

    shares = stock_allocate(demands=[StockDemand(key=7, variant_id=variant.pk, quantity=4)])

    assert shares == [
        StockShare(key=7, stock_id=first.pk, quantity=3),
        StockShare(key=7, stock_id=second.pk, quantity=1),
    ]
    assert allocated(first, second) == [3, 1]
    assert first.history.first().allocated == 3


def test_closed_locations_give_nothing(variant):
    closed = put(variant, "closed", 5, is_active=False)

    with pytest.raises(InsufficientStock):
        stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=1)])

    assert allocated(closed) == [0]


def test_two_demands_for_one_variant_share_what_there_is(variant):
    row = put(variant, "main", 5)

    shares = stock_allocate(
        demands=[
            StockDemand(key=1, variant_id=variant.pk, quantity=2),
            StockDemand(key=2, variant_id=variant.pk, quantity=3),
        ]
    )

    assert [(share.key, share.quantity) for share in shares] == [(1, 2), (2, 3)]
    assert allocated(row) == [5]


def test_a_shortage_promises_nothing_and_names_the_sku(variant):
    row, other = put(variant, "main", 5), VariantFactory()
    plenty = put(other, "main", 5)

    with pytest.raises(InsufficientStock) as refusal:
        stock_allocate(
            demands=[
                StockDemand(key=1, variant_id=other.pk, quantity=1),
                StockDemand(key=2, variant_id=variant.pk, quantity=4),
                StockDemand(key=3, variant_id=variant.pk, quantity=4),
            ]
        )

    assert str(refusal.value) == "Not enough stock. MUG-1: 8 wanted, 5 available."
    assert allocated(row, plenty) == [0, 0]
    assert row.history.count() == 2


def test_partial_promises_what_there_is(variant):
    row = put(variant, "main", 5)

    shares = stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=8)], partial=True)

    assert shares == [StockShare(key=1, stock_id=row.pk, quantity=5)]
    assert allocated(row) == [5]


@pytest.mark.parametrize(("shop", "marked", "promised"), [(True, True, 8), (True, False, 0), (False, True, 0)])
def test_overselling_needs_the_shops_leave_and_the_mark_on_the_stock(variant, shop, marked, promised):
    row = put(variant, "main", 5)
    ShopSettings.objects.update_or_create(pk=1, defaults={"allow_backorder": shop})
    Stock.objects.filter(pk=row.pk).update(backorder=marked)

    if promised:
        stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=8)])
    else:
        with pytest.raises(InsufficientStock):
            stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=8)])

    assert allocated(row) == [promised]


def test_releasing_sets_pieces_free(variant):
    row = put(variant, "main", 5)
    stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=4)])

    stock_release(shares=[(row.pk, 1), (row.pk, 2)])

    assert allocated(row) == [1]


def test_more_than_promised_cannot_be_released(variant):
    row = put(variant, "main", 5)
    stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=2)])

    with pytest.raises(StockRefused, match="2 promised, 3 cannot be taken back"):
        stock_release(shares=[(row.pk, 3)])

    assert allocated(row) == [2]


def test_shipping_takes_the_promise_and_the_goods_together(variant):
    row = put(variant, "main", 5)
    stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=4)])

    (movement,) = stock_ship(shares=[(row.pk, 3)], reference="S-1")

    row.refresh_from_db()
    assert (row.on_hand, row.allocated) == (2, 1)
    assert (movement.quantity, movement.reason, movement.reference) == (-3, "shipment", "S-1")
    assert (row.history.first().on_hand, row.history.first().allocated) == (2, 1)


def test_only_what_is_promised_can_ship(variant):
    row = put(variant, "main", 5)

    with pytest.raises(StockRefused):
        stock_ship(shares=[(row.pk, 1)], reference="S-1")

    row.refresh_from_db()
    assert (row.on_hand, row.movements.count()) == (5, 1)


def test_a_backorder_ships_only_once_goods_are_there(variant):
    row = put(variant, "main", 1)
    Stock.objects.filter(pk=row.pk).update(backorder=True, allocated=3)

    with pytest.raises(InsufficientStock):
        stock_ship(shares=[(row.pk, 3)], reference="S-1")

    assert allocated(row) == [3]


@pytest.mark.parametrize("quantity", [0, -1])
def test_less_than_one_piece_is_refused(variant, quantity):
    row = put(variant, "main", 5)

    with pytest.raises(StockRefused):
        stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=quantity)])
    with pytest.raises(StockRefused):
        stock_release(shares=[(row.pk, quantity)])

    assert allocated(row) == [0]

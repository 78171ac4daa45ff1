"""Whatever happens to stock: on hand is the sum of the movements, and promises stay within it."""

from __future__ import annotations

from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from backoffice.kernel.history.context import audit
from products.exceptions import StockRefused
from products.models import MovementReason, Stock
from products.services.stock import (
    StockCount,
    StockDemand,
    StockMove,
    stock_allocate,
    stock_count,
    stock_move,
    stock_release,
    stock_set,
    stock_ship,
    stock_transfer,
)
from products.tests.factories import LocationFactory, VariantFactory

QUANTITY = st.integers(min_value=-15, max_value=30)
STEP = st.tuples(
    st.sampled_from(["move", "count", "set", "transfer", "allocate", "release", "ship"]),
    QUANTITY,
    st.sampled_from(["near", "far"]),
)


class StockBooks(TestCase):
    """hypothesis's own test case, which rolls back after every example."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps=st.lists(STEP, max_size=25))
    def test_the_books_add_up_after_every_step(self, steps):
        with audit(source="tests"):
            variant = VariantFactory()
            places = {name: LocationFactory(code=name, priority=n) for n, name in enumerate(["near", "far"])}
            for kind, quantity, place in steps:
                before = figures()
                try:
                    take(kind, quantity, variant, places, place)
                except StockRefused:
                    assert figures() == before
                assert_books_are_true()


def take(kind, quantity, variant, places, name) -> None:
    place, other = places[name], places["far" if name == "near" else "near"]
    count = StockCount(variant_id=variant.pk, location_id=place.pk, quantity=quantity)
    row = Stock.objects.filter(variant=variant, location=place).first()
    if kind == "move":
        move = StockMove(variant_id=variant.pk, location_id=place.pk, quantity=quantity)
        stock_move(moves=[move], reason=MovementReason.ADJUSTMENT)
    elif kind == "count":
        stock_count(counts=[count])
    elif kind == "set":
        stock_set(counts=[count])
    elif kind == "transfer":
        stock_transfer(variant_id=variant.pk, source_id=place.pk, target_id=other.pk, quantity=quantity)
    elif kind == "allocate":
        stock_allocate(demands=[StockDemand(key=1, variant_id=variant.pk, quantity=quantity)])
    elif kind == "release" and row:
        stock_release(shares=[(row.pk, quantity)])
    elif kind == "ship" and row:
        stock_ship(shares=[(row.pk, quantity)], reference="S")


def figures() -> list[tuple[int, int, int]]:
    return list(Stock.objects.order_by("pk").values_list("pk", "on_hand", "allocated"))


def assert_books_are_true() -> None:
    for row in Stock.objects.annotate(moved=Sum("movements__quantity")):
        assert row.on_hand == (row.moved or 0)
        assert 0 <= row.allocated <= row.on_hand
        newest = row.history.first()
        assert (newest.on_hand, newest.allocated) == (row.on_hand, row.allocated)

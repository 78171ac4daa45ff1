"""Stock comes in, goes out and changes place, always with a movement, history and news."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Sum
from django.utils import timezone

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from products.events import stock_changed
from products.exceptions import InsufficientStock, StaleCount, StockRefused
from products.models import MovementReason, Stock, StockMovement
from products.services.stock import (
    StockCount,
    StockMove,
    stock_count,
    stock_move,
    stock_set,
    stock_transfer,
)
from products.tests.factories import LocationFactory, StockFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stock() -> Stock:
    """Ten pieces, three of them promised."""
    row = StockFactory(variant__sku="MUG-1")
    receive(row, 10)
    Stock.objects.filter(pk=row.pk).update(allocated=3)
    row.refresh_from_db()
    return row


def receive(row: Stock, quantity: int, **named) -> list[StockMovement]:
    move = StockMove(variant_id=row.variant_id, location_id=row.location_id, quantity=quantity, **named)
    return stock_move(moves=[move], reason=MovementReason.RECEIPT, reference="PO-1")


def figures(row: Stock) -> tuple[int, int, int]:
    """On hand, sum of movements, history rows."""
    row.refresh_from_db()
    return row.on_hand, row.movements.aggregate(sum=Sum("quantity"))["sum"] or 0, row.history.count()


def test_a_receipt_is_a_movement_with_history(stock):
    user = StaffFactory()
    with audit(user=user, reason="Delivery note 7"):
        (movement,) = receive(stock, 5, note="two cartons")

    assert figures(stock)[:2] == (15, 15)
    assert (movement.quantity, movement.reason, movement.reference, movement.note, movement.user) == (
        5,
        "receipt",
        "PO-1",
        "two cartons",
        user,
    )
    newest = stock.history.first()
    assert (newest.on_hand, newest.history_user_id, newest.history_change_reason) == (15, user.pk, "Delivery note 7")


def test_a_movement_without_a_user_names_the_job_of_its_source(stock):
    (movement,) = receive(stock, 1)

    assert movement.user is None
    assert movement.job.kind == "tests"


def test_stock_that_does_not_exist_yet_is_made():
    variant, location = VariantFactory(), LocationFactory()

    stock_move(
        moves=[StockMove(variant_id=variant.pk, location_id=location.pk, quantity=4)], reason=MovementReason.OPENING
    )

    assert Stock.objects.get(variant=variant, location=location).on_hand == 4


def test_what_is_promised_cannot_be_taken_out(stock):
    before = figures(stock)

    with pytest.raises(InsufficientStock) as refusal:
        receive(stock, -8)

    assert str(refusal.value) == "Not enough stock. MUG-1 at Main warehouse: 8 wanted, 7 available."
    assert figures(stock) == before


def test_one_refused_move_stops_all_of_them(stock):
    other = StockFactory()
    before = figures(stock), figures(other)

    with pytest.raises(InsufficientStock):
        stock_move(
            moves=[
                StockMove(variant_id=stock.variant_id, location_id=stock.location_id, quantity=2),
                StockMove(variant_id=other.variant_id, location_id=other.location_id, quantity=-1),
            ],
            reason=MovementReason.ADJUSTMENT,
        )

    assert (figures(stock), figures(other)) == before


def test_moves_of_one_place_are_checked_together(stock):
    place = {"variant_id": stock.variant_id, "location_id": stock.location_id}

    stock_move(
        moves=[StockMove(quantity=-9, **place), StockMove(quantity=9, **place)], reason=MovementReason.ADJUSTMENT
    )

    assert figures(stock)[:2] == (10, 10)
    assert stock.movements.count() == 3


def test_a_move_of_nothing_is_refused(stock):
    with pytest.raises(StockRefused, match="other than 0"):
        receive(stock, 0)

    assert stock.movements.count() == 1


def test_a_transfer_leaves_the_sum_as_it_was(stock):
    target = LocationFactory(code="shop", name="Shop")

    out, into = stock_transfer(
        variant_id=stock.variant_id, source_id=stock.location_id, target_id=target.pk, quantity=4, reference="T-1"
    )

    assert (out.quantity, into.quantity, out.reason, into.reference) == (-4, 4, "transfer", "T-1")
    assert dict(Stock.objects.values_list("location__code", "on_hand")) == {"main": 6, "shop": 4}


def test_a_transfer_cannot_take_what_is_promised(stock):
    target = LocationFactory(code="shop")

    with pytest.raises(InsufficientStock):
        stock_transfer(variant_id=stock.variant_id, source_id=stock.location_id, target_id=target.pk, quantity=8)

    assert figures(stock)[:2] == (10, 10)


@pytest.mark.parametrize(("quantity", "same", "message"), [(0, False, "at least one"), (1, True, "two different")])
def test_a_pointless_transfer_is_refused(stock, quantity, same, message):
    target = stock.location if same else LocationFactory(code="shop")

    with pytest.raises(StockRefused, match=message):
        stock_transfer(variant_id=stock.variant_id, source_id=stock.location_id, target_id=target.pk, quantity=quantity)


def test_one_call_tells_once(stock):
    other = StockFactory()
    heard = []

    def hear(sender, stock_ids, job_id, **_):
        heard.append((sender, stock_ids, job_id))

    stock_changed.connect(hear)
    try:
        stock_move(
            moves=[
                StockMove(variant_id=row.variant_id, location_id=row.location_id, quantity=1) for row in (other, stock)
            ],
            reason=MovementReason.RECEIPT,
        )
    finally:
        stock_changed.disconnect(hear)

    assert [(sender, ids) for sender, ids, _ in heard] == [(Stock, sorted([stock.pk, other.pk]))]


class TestCounting:
    def count(self, stock, quantity, **named):
        return stock_count(
            counts=[StockCount(variant_id=stock.variant_id, location_id=stock.location_id, quantity=quantity)], **named
        )

    def test_a_count_sets_the_figure(self, stock):
        (movement,) = self.count(stock, 8)

        assert figures(stock)[:2] == (8, 8)
        assert (movement.quantity, movement.reason) == (-2, "count")

    def test_a_count_that_agrees_leaves_no_movement(self, stock):
        assert self.count(stock, 10) == []
        assert figures(stock)[0] == 10

    def test_what_moved_since_the_count_stays_counted_in(self, stock):
        noon = timezone.now()
        receive(stock, -2)

        (movement,) = self.count(stock, 9, counted_at=noon)

        assert figures(stock)[:2] == (7, 7)
        assert (movement.quantity, movement.effective_at) == (-1, noon)
        assert movement.note == f"9 counted on {noon:%Y-%m-%d %H:%M}, -2 moved since"

    def test_what_was_entered_since_but_happened_before_plays_no_part(self, stock):
        earlier = timezone.now()
        noon = timezone.now()
        self.count(stock, 6, counted_at=earlier)

        self.count(stock, 9, counted_at=noon)

        assert figures(stock)[:2] == (9, 9)

    def test_an_older_count_does_not_overwrite_a_newer_one(self, stock):
        earlier = timezone.now()
        self.count(stock, 6)
        before = figures(stock)

        with pytest.raises(StaleCount, match="counted again"):
            self.count(stock, 9, counted_at=earlier)

        assert figures(stock) == before

    def test_fewer_than_promised_is_refused(self, stock):
        with pytest.raises(InsufficientStock):
            self.count(stock, 2)

        assert figures(stock)[:2] == (10, 10)

    def test_impossible_counts_are_refused(self, stock):
        with pytest.raises(StockRefused, match="below 0"):
            self.count(stock, -1)
        with pytest.raises(StockRefused, match="future"):
            self.count(stock, 1, counted_at=timezone.now() + dt.timedelta(minutes=1))
        one = StockCount(variant_id=stock.variant_id, location_id=stock.location_id, quantity=1)
        with pytest.raises(StockRefused, match="twice"):
            stock_count(counts=[one, one])
        assert figures(stock)[:2] == (10, 10)

    def test_setting_a_figure_ignores_what_happened(self, stock):
        (movement,) = stock_set(
            counts=[StockCount(variant_id=stock.variant_id, location_id=stock.location_id, quantity=4)],
            reason=MovementReason.UPLOAD,
            reference="upload 3",
        )

        assert figures(stock)[:2] == (4, 4)
        assert (movement.quantity, movement.reason, movement.reference) == (-6, "upload", "upload 3")


def test_many_rows_are_written_as_a_set_with_the_same_history(django_assert_max_num_queries):
    location = LocationFactory()
    variants = VariantFactory.create_batch(30)
    moves = [StockMove(variant_id=variant.pk, location_id=location.pk, quantity=5) for variant in variants]
    stock_move(moves=moves, reason=MovementReason.OPENING)

    with audit(reason="Second delivery"), django_assert_max_num_queries(15):
        stock_move(moves=moves, reason=MovementReason.RECEIPT)

    for row in Stock.objects.all():
        newest = row.history.first()
        assert (row.on_hand, newest.on_hand, newest.history_type, newest.history_change_reason) == (
            10,
            10,
            "~",
            "Second delivery",
        )
        assert newest.updated_at == row.updated_at

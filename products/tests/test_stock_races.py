"""Many at a time, on PostgreSQL: nothing is sold twice, nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from backoffice.kernel.history.context import audit
from products.exceptions import InsufficientStock, StockRefused
from products.models import MovementReason, Stock, StockMovement
from products.services.stock import (
    StockDemand,
    StockMove,
    stock_allocate,
    stock_move,
    stock_release,
    stock_ship,
)
from products.services.stock import rows as stock_rows
from products.tests.factories import LocationFactory, StockFactory, VariantFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 16


def at_once(work: Callable[[int], str], *, workers: int = WORKERS) -> Counter[str]:
    """Run the work in so many connections that start together; count what it returns or raises."""
    gate = threading.Barrier(workers)

    def run(number: int) -> list[str]:
        gate.wait()
        try:
            with audit(source="tests"):
                return list(work(number))
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return Counter(outcome for outcomes in pool.map(run, range(workers)) for outcome in outcomes)


def outcome_of(step: Callable[[], object]) -> str:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - the kind of error is what is counted
        return type(error).__name__
    return "done"


def filled(quantity: int, **named) -> Stock:
    row = StockFactory(**named)
    move = StockMove(variant_id=row.variant_id, location_id=row.location_id, quantity=quantity)
    stock_move(moves=[move], reason=MovementReason.OPENING)
    return row


def assert_books_add_up() -> None:
    for row in Stock.objects.annotate(moved=Sum("movements__quantity")):
        assert row.on_hand == (row.moved or 0)
        assert 0 <= row.allocated <= row.on_hand


def test_fifty_pieces_are_promised_fifty_times():
    row = filled(50)

    outcomes = at_once(
        lambda _: [
            outcome_of(lambda: stock_allocate(demands=[StockDemand(key=1, variant_id=row.variant_id, quantity=1)]))
            for _ in range(20)
        ]
    )

    assert outcomes == {"done": 50, "InsufficientStock": WORKERS * 20 - 50}
    row.refresh_from_db()
    assert (row.on_hand, row.allocated) == (50, 50)
    # One row of history when it was made, one for the opening stock, one for each promise.
    assert row.history.count() == 52


def test_opposite_orders_do_not_deadlock(monkeypatch):
    first, second = filled(500), filled(500)
    real = stock_rows.write_stock

    def slowly(*args, **named):
        time.sleep(0.005)
        real(*args, **named)

    monkeypatch.setattr("products.services.stock.promises.write_stock", slowly)

    def order(number: int) -> list[str]:
        pair = [first, second] if number % 2 else [second, first]
        demands = [StockDemand(key=n, variant_id=row.variant_id, quantity=1) for n, row in enumerate(pair)]

        def sell() -> None:
            with transaction.atomic():
                shares = stock_allocate(demands=demands)
                stock_ship(shares=[(share.stock_id, share.quantity) for share in reversed(shares)], reference="S")

        return [outcome_of(sell) for _ in range(10)]

    outcomes = at_once(order)

    assert outcomes == {"done": WORKERS * 10}
    assert set(Stock.objects.values_list("on_hand", "allocated")) == {(500 - WORKERS * 10, 0)}
    assert_books_add_up()


def test_stock_that_many_make_at_once_is_made_once():
    variant, location = VariantFactory(), LocationFactory()
    move = StockMove(variant_id=variant.pk, location_id=location.pk, quantity=1)

    outcomes = at_once(lambda _: [outcome_of(lambda: stock_move(moves=[move], reason=MovementReason.RECEIPT))])

    assert outcomes == {"done": WORKERS}
    assert Stock.objects.get().on_hand == WORKERS
    assert StockMovement.objects.count() == WORKERS


def test_selling_releasing_and_taking_out_keep_the_books_true():
    row = filled(60)

    def work(number: int) -> list[str]:
        def sell() -> None:
            stock_allocate(demands=[StockDemand(key=1, variant_id=row.variant_id, quantity=3)])

        def put_back() -> None:
            stock_release(shares=[(row.pk, 1)])

        def take_out() -> None:
            move = StockMove(variant_id=row.variant_id, location_id=row.location_id, quantity=-2)
            stock_move(moves=[move], reason=MovementReason.ADJUSTMENT)

        return [outcome_of(step) for step in (sell, put_back, take_out) * 3]

    outcomes = at_once(work)

    assert set(outcomes) <= {"done", InsufficientStock.__name__, StockRefused.__name__}
    assert sum(outcomes.values()) == WORKERS * 9
    assert_books_add_up()

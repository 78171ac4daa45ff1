"""Many processes at a time, on PostgreSQL: nothing is oversold, placed twice, or waits for ever."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from backoffice.kernel.history.context import audit
from orders.exceptions import OrderRefused
from orders.models import Allocation, Order
from orders.services.drafts import order_create
from orders.services.numbers import numbers_take
from orders.services.placing import order_place
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.asserts import assert_books_tie, assert_history_is_true
from orders.tests.factories import ADDRESS, draft_order, placed_order, stocked_variant
from products.models import MovementReason, Stock, StockMovement

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PROCESSES = 16
FORK = multiprocessing.get_context("fork")


def at_once(work: Callable[[int], list[str]], *, processes: int = PROCESSES) -> Counter[str]:
    """Run the work in so many processes that start together; count what they return."""
    gate, results = FORK.Barrier(processes), FORK.Queue()

    def run(number: int) -> None:
        gate.wait()
        with audit(source="tests"):
            results.put(work(number))
        connection.close()

    # A connection that is open across a fork would be shared.
    connection.close()
    workers = [FORK.Process(target=run, args=(number,)) for number in range(processes)]
    for worker in workers:
        worker.start()
    outcomes = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(timeout=30)
    assert [worker.exitcode for worker in workers] == [0] * processes
    return Counter(outcome for found in outcomes for outcome in found)


def outcome_of(step: Callable[[], object]) -> str:
    try:
        step()
    except OrderRefused as refusal:
        return str(refusal).split(":")[0]
    except Exception as error:  # noqa: BLE001 - the kind of error is what is counted
        return type(error).__name__
    return "done"


def placing_of(pk: int) -> str:
    return outcome_of(lambda: order_place(order=Order.objects.get(pk=pk)))


def test_fifty_pieces_are_sold_fifty_times():
    variant = stocked_variant(on_hand=50)
    drafts = [[draft_order(lines=[(variant, 1)]).pk for _ in range(20)] for _ in range(PROCESSES)]

    outcomes = at_once(lambda number: [placing_of(pk) for pk in drafts[number]])

    assert outcomes["done"] == 50
    assert sum(count for outcome, count in outcomes.items() if outcome.startswith("Not enough stock")) == 270
    assert Stock.objects.values_list("on_hand", "allocated").get() == (50, 50)
    assert Order.objects.filter(status="open").count() == 50
    assert_books_tie()
    assert_history_is_true()


def test_opposite_line_order_does_not_deadlock(monkeypatch):
    first, second = stocked_variant(on_hand=200), stocked_variant(on_hand=200)
    drafts = [
        [draft_order(lines=[(first, 1), (second, 1)] if number % 2 else [(second, 1), (first, 1)]).pk for _ in range(5)]
        for number in range(PROCESSES)
    ]
    from orders.services import placing

    real = placing.rows_insert

    def slowly(*args, **named):
        time.sleep(0.01)
        real(*args, **named)

    monkeypatch.setattr(placing, "rows_insert", slowly)

    outcomes = at_once(lambda number: [placing_of(pk) for pk in drafts[number]])

    assert outcomes == {"done": PROCESSES * 5}
    assert set(Stock.objects.values_list("allocated", flat=True)) == {PROCESSES * 5}


def test_one_draft_is_placed_once_whoever_clicks():
    variant = stocked_variant(on_hand=500)
    draft = draft_order(lines=[(variant, 1)])

    outcomes = at_once(lambda _: [placing_of(draft.pk)])

    assert outcomes["done"] == 1
    assert Allocation.objects.count() == 1
    assert Stock.objects.get().allocated == 1


def test_one_key_places_one_of_many_drafts():
    variant = stocked_variant(on_hand=500)
    drafts = [draft_order(lines=[(variant, 1)]).pk for _ in range(PROCESSES)]

    def place(number: int) -> list[str]:
        order, placed = order_place(order=Order.objects.get(pk=drafts[number]), idempotency_key="checkout-1")
        return [f"{'placed' if placed else 'found'} {order.status}"]

    assert at_once(place) == {"placed open": 1, "found open": PROCESSES - 1}
    assert Order.objects.filter(status="open").count() == 1
    assert Stock.objects.get().allocated == 1
    assert_books_tie()


def test_a_parcel_leaves_once_whoever_ships_it():
    order = placed_order(lines=[(stocked_variant(on_hand=50), 3)])
    parcel = shipment_create(order=order)

    outcomes = at_once(lambda _: [outcome_of(lambda: shipment_ship(shipment=parcel))])

    assert outcomes["done"] == 1
    assert list(StockMovement.objects.filter(reason=MovementReason.SHIPMENT).values_list("quantity", flat=True)) == [-3]
    assert_books_tie()
    assert_history_is_true()


def test_numbers_are_unique_though_some_are_lost():
    def create(number: int) -> list[str]:
        found = []
        for turn in range(10):
            with transaction.atomic():
                order = order_create(email="x@example.com", shipping_address=ADDRESS)
                aborted = (number + turn) % 5 == 0
                transaction.set_rollback(aborted)
            found += [] if aborted else [order.number]
        return found

    numbers = at_once(create)

    assert max(numbers.values()) == 1
    assert len(numbers) == Order.objects.count() == PROCESSES * 8
    assert numbers_take(kind="order", count=2)[0] not in numbers

"""Stock that a file changes ends as the services for single changes leave it; many rows cost as few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.tests.factories import StaffFactory
from backoffice.kernel.clock import clock_at
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.uploading import applied
from products.events import stock_changed
from products.models import Location, MovementReason, Stock, StockMovement
from products.services.stock import StockCount, StockMove, stock_count, stock_move, stock_set, stock_set_reorder_point
from products.tests.factories import LocationFactory, VariantFactory
from products.tests.uploads import queries_of

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 31, 20, 0, tzinfo=timezone.get_default_timezone())
SIX = NOW.replace(hour=18)
FIGURES = [("A", 7), ("B", 0), ("C", 12)]


def shelves(prefix: str, main: Location) -> list[int]:
    """Make three variants with ten pieces each, two of which left at seven; return their keys."""
    variants = [VariantFactory(sku=f"{prefix}-{name}") for name, _ in FIGURES]
    for pieces, hour, reason in ((12, 12, MovementReason.RECEIPT), (-2, 19, MovementReason.SHIPMENT)):
        moves = [
            StockMove(variant_id=row.pk, location_id=main.pk, quantity=pieces, effective_at=NOW.replace(hour=hour))
            for row in variants
        ]
        stock_move(moves=moves, reason=reason)
    return [row.pk for row in variants]


def left(prefix: str, reference: str) -> list[tuple[Any, ...]]:
    """Return what a change left in stock, in its newest history and in the ledger, by SKU."""
    rows = []
    for stock in Stock.objects.filter(variant__sku__startswith=prefix).order_by("variant__sku"):
        newest = stock.history.first()
        rows.append(
            (
                stock.variant.sku.removeprefix(prefix), stock.on_hand, stock.allocated, stock.reorder_point,
                newest.history_type, newest.on_hand, newest.reorder_point, newest.history_user_id,
                list(
                    StockMovement.objects.filter(stock=stock, reference=reference).values_list(
                        "quantity", "reason", "note", "user", "effective_at", "created_at", "undoes"
                    )
                ),
            )
        )  # fmt: skip
    return rows


def by_setting(counts: list[StockCount], reference: str) -> None:
    stock_set(counts=counts, reason=MovementReason.UPLOAD, reference=reference)


def by_adding(counts: list[StockCount], reference: str) -> None:
    moves = [
        StockMove(variant_id=count.variant_id, location_id=count.location_id, quantity=count.quantity)
        for count in counts
        if count.quantity
    ]
    stock_move(moves=moves, reason=MovementReason.UPLOAD, reference=reference)


def by_counting(counts: list[StockCount], reference: str) -> None:
    stock_count(counts=counts, counted_at=SIX, reference=reference)


@pytest.mark.parametrize(
    ("single", "choices"),
    [
        (by_setting, {}),
        (by_adding, {"quantities": "add"}),
        (by_counting, {"counted_at": "2026-03-31 18:00"}),
    ],
)
def test_a_file_leaves_what_single_changes_leave(single: Callable[..., None], choices: dict[str, str]):
    main, user = LocationFactory(), StaffFactory(is_superuser=True)
    with clock_at(NOW):
        one, _ = shelves("one", main), shelves("two", main)
        figures = [
            StockCount(variant_id=pk, location_id=main.pk, quantity=quantity + 2)
            for pk, (_, quantity) in zip(one, FIGURES, strict=True)
        ]
        with audit(user=user, reason="by hand"):
            single(figures, "single")
            stock_set_reorder_point(
                stock_ids=list(Stock.objects.filter(variant__in=one).values_list("pk", flat=True)), reorder_point=3
            )

        lines = "".join(f"two-{name},{quantity + 2},3\n" for name, quantity in FIGURES)
        upload = applied(f"sku,quantity,reorder_point\n{lines}", kind="stock", owner=user, choices=choices)

    assert left("two", f"upload {upload.pk}") == left("one", "single")


@pytest.mark.parametrize("choices", [{}, {"quantities": "add"}, {"counted_at": "2026-03-31 18:00"}])
def test_many_rows_cost_as_many_queries_as_few(choices):
    main = LocationFactory()
    with clock_at(NOW):
        for number in range(20):
            shelves(f"Q{number:02}", main)
        fresh = [VariantFactory(sku=f"N-{number}").sku for number in range(20)]
        known = [
            f"Q{number:02}-{name},{number + quantity + 20}\n" for number in range(20) for name, quantity in FIGURES
        ]
        new = [f"{sku},7\n" for sku in fresh]
        heard: list[int] = []
        stock_changed.connect(
            lambda stock_ids, **_: heard.append(len(stock_ids)), weak=False, dispatch_uid="test.parity"
        )
        try:
            few = queries_of("sku,quantity\n" + "".join([*known[:2], *new[:2]]), kind="stock", choices=choices)
            many = queries_of("sku,quantity\n" + "".join([*known[2:], *new[2:]]), kind="stock", choices=choices)
        finally:
            stock_changed.disconnect(dispatch_uid="test.parity")

    assert heard == [4, 76]
    assert many == few

"""What a job did to stock is taken back by counter-movements; what was used since is named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import undo_plan, undo_request
from backoffice.kernel.jobs.models import Job, JobState
from products.events import catalogue_changed, stock_changed
from products.models import MovementReason, Product, Stock, StockMovement, Variant
from products.services.prices import PriceChange, PriceRule, prices_change
from products.services.stock import (
    StockCount,
    StockDemand,
    StockMove,
    stock_allocate,
    stock_count,
    stock_move,
    stock_ship,
)
from products.tests.factories import LocationFactory, ProductFactory, StockFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    return Job.objects.create(kind="import", title="Upload 1", state=JobState.SUCCEEDED)


def move(row: Stock, quantity: int, *, job: Job | None = None, reason=MovementReason.RECEIPT) -> None:
    with audit(job_id=job.pk if job else None):
        stock_move(
            moves=[StockMove(variant_id=row.variant_id, location_id=row.location_id, quantity=quantity)], reason=reason
        )


def undo(job: Job) -> Job:
    undone, new = undo_request(job=job, owner=None)
    assert (new, undone.state, undone.error) == (True, JobState.SUCCEEDED, "")
    return undone


def figures(row: Stock) -> tuple[int, int]:
    row.refresh_from_db()
    return row.on_hand, row.movements.aggregate(sum=Sum("quantity"))["sum"] or 0


def test_movements_are_countered(job):
    row = StockFactory()
    move(row, 10)
    move(row, 5, job=job)
    move(row, -2, job=job)
    original = row.movements.filter(job=job).order_by("pk")
    effective = [movement.effective_at for movement in original]

    undone = undo(job)

    assert figures(row) == (10, 10)
    counters = StockMovement.objects.filter(job=undone).order_by("pk")
    assert [(counter.quantity, counter.reason, counter.undoes.quantity) for counter in counters] == [
        (-5, "undo", 5),
        (2, "undo", -2),
    ]
    assert [counter.effective_at for counter in counters] == effective
    assert row.history.first().history_job_id == undone.pk


def test_an_undo_can_be_undone(job):
    row = StockFactory()
    move(row, 10)
    move(row, 5, job=job)

    undo(undo(job))

    assert figures(row) == (15, 15)


def test_sales_in_between_stay_sold(job):
    row = StockFactory()
    move(row, 10)
    move(row, 5, job=job)
    shares = stock_allocate(demands=[StockDemand(key=1, variant_id=row.variant_id, quantity=6)])
    stock_ship(shares=[(share.stock_id, share.quantity) for share in shares], reference="S-1")

    plan = undo_plan(job.pk)
    undo(job)

    assert ([ledger.total for ledger in plan.ledgers], plan.conflict_total) == ([1], 0)
    assert figures(row) == (4, 4)


def test_what_was_sold_or_promised_cannot_be_taken_back(job):
    row, free = StockFactory(variant__sku="MUG-1"), StockFactory()
    for stock in (row, free):
        move(stock, 2)
        move(stock, 5, job=job)
    stock_allocate(demands=[StockDemand(key=1, variant_id=row.variant_id, quantity=4)])

    plan = undo_plan(job.pk)
    undone = undo(job)

    assert [(conflict.name, conflict.reason) for conflict in plan.conflicts] == [
        ("MUG-1 at Main warehouse", "5 pieces came in and only 3 are free: the others were sold or promised.")
    ]
    assert (figures(row), figures(free)) == ((7, 7), (2, 2))
    assert undone.result["hooks"]["products.stockmovement"] == {"countered": 1, "removed": 0, "conflicts": 1}


class TestStockThatTheJobMade:
    @pytest.fixture
    def made(self, job) -> Stock:
        with audit(job_id=job.pk, reason="Upload 1"):
            variant, location = VariantFactory(), LocationFactory()
            stock_count(counts=[StockCount(variant_id=variant.pk, location_id=location.pk, quantity=9)])
        return Stock.objects.get()

    def test_it_goes_with_everything_that_told_of_it(self, job, made):
        undone = undo(job)

        assert (Stock.objects.count(), StockMovement.objects.count()) == (0, 0)
        assert (Variant.objects.count(), Product.objects.count()) == (0, 0)
        last = Stock.history.filter(id=made.pk).first()
        assert (last.history_type, last.history_job_id, last.on_hand) == ("-", undone.pk, 9)

    def test_it_comes_back_with_its_books_in_order(self, job, made):
        undo(undo(job))

        row = Stock.objects.get()
        assert (row.pk, figures(row)) == (made.pk, (9, 9))
        assert Variant.objects.get().pk == made.variant_id

    def test_it_stays_once_it_was_used(self, job, made):
        move(made, 1)

        undo(job)

        assert figures(made) == (1, 1)
        assert Variant.objects.get().pk == made.variant_id

    def test_it_stays_while_it_is_promised(self, job, made):
        stock_allocate(demands=[StockDemand(key=1, variant_id=made.variant_id, quantity=4)])

        undo(job)

        assert figures(made) == (9, 9)
        assert Stock.objects.get().allocated == 4


def test_prices_changed_in_bulk_return_unless_touched_since(job):
    product = ProductFactory()
    first, second = (VariantFactory(product=product, price="10.00") for _ in range(2))
    with audit(job_id=job.pk, reason="Sale"):
        prices_change(variant_ids=[first.pk, second.pk], change=PriceChange(PriceRule.PERCENT, Decimal(-50)))
    second.refresh_from_db()
    second.price = "6.00"
    second.save()
    heard = []
    catalogue_changed.connect(
        lambda product_ids, variant_ids, **_: heard.append((product_ids, variant_ids)), weak=False, dispatch_uid="test"
    )

    try:
        plan = undo_plan(job.pk)
        undo(job)
    finally:
        catalogue_changed.disconnect(dispatch_uid="test")

    assert (plan.total, [conflict.object_id for conflict in plan.conflicts]) == (1, [second.pk])
    assert [str(price) for price in Variant.objects.order_by("pk").values_list("price", flat=True)] == ["10.00", "6.00"]
    assert heard == [([product.pk], [first.pk])]


def test_news_of_stock_is_told_once(job):
    rows = [StockFactory(), StockFactory()]
    for row in rows:
        move(row, 3)
        move(row, 3, job=job)
    heard = []
    stock_changed.connect(lambda stock_ids, **_: heard.append(stock_ids), weak=False, dispatch_uid="test")

    try:
        undo(job)
    finally:
        stock_changed.disconnect(dispatch_uid="test")

    assert heard == [[row.pk for row in rows]]

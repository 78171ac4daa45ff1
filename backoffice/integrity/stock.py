"""Stock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from backoffice.integrity.finding import Finding, invariant
from orders.models import Allocation, OrderLine
from orders.states import OrderStatus
from products.models import Stock, StockMovement


@invariant(3, "0 ≤ allocated ≤ on hand, and allocated is what open order lines were promised")
def allocations() -> Iterator[Finding]:
    """Compare allocated pieces with the stock and with the allocations of order lines."""
    rows = Stock.objects.annotate(promised=_pieces(Allocation.objects.all(), "stock")).filter(
        Q(allocated__lt=0) | (Q(allocated__gt=F("on_hand")) & Q(backorder=False)) | ~Q(promised=F("allocated"))
    )
    for stock in rows.select_related("variant", "location").order_by("pk").iterator():
        if stock.allocated < 0 or (stock.allocated > stock.on_hand and not stock.backorder):
            yield Finding(f"stock {stock}", f"{stock.allocated} allocated of {stock.on_hand} on hand.")
        if stock.promised != stock.allocated:
            yield Finding(
                f"stock {stock}", f"{stock.allocated} allocated, but order lines were promised {stock.promised}."
            )
    lines = OrderLine.objects.annotate(promised=_pieces(Allocation.objects.all(), "line")).exclude(
        promised=F("allocated")
    )
    names = ("order__number", "sku", "allocated", "promised")
    for number, sku, allocated, promised in lines.order_by("pk").values_list(*names).iterator():
        yield Finding(f"order {number}", f"Line {sku} says {allocated} allocated, its allocations say {promised}.")
    closed = Allocation.objects.exclude(line__order__status=OrderStatus.OPEN).order_by("pk")
    for number, sku, status in closed.values_list("line__order__number", "line__sku", "line__order__status").iterator():
        yield Finding(f"order {number}", f"It is {status}, but line {sku} still holds stock.")


@invariant(4, "On hand is the sum of the movements")
def movements() -> Iterator[Finding]:
    """Compare stock on hand with the sum of its movements."""
    rows = Stock.objects.annotate(moved=_pieces(StockMovement.objects.all(), "stock")).exclude(moved=F("on_hand"))
    for stock in rows.select_related("variant", "location").order_by("pk").iterator():
        yield Finding(f"stock {stock}", f"{stock.on_hand} on hand, but the movements add up to {stock.moved}.")


def _pieces(rows: QuerySet[Any], key: str) -> Coalesce:
    """Return the sum of pieces over the rows whose ``key`` is the outer row."""
    sums = rows.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(sum=Sum("quantity")).values("sum")
    return Coalesce(Subquery(sums), 0, output_field=IntegerField())

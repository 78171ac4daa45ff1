"""Stock."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from backoffice.integrity.finding import Finding, invariant
from orders.models import Allocation, OrderLine
from products.models import Stock, StockMovement


@invariant(3, "0 ≤ allocated ≤ on hand, and allocated is what open order lines were promised")
def allocations() -> Iterator[Finding]:
    """Compare allocated pieces with the stock and with the allocations of order lines."""
    promised = Allocation.objects.filter(stock=OuterRef("pk")).order_by().values("stock").annotate(sum=Sum("quantity"))
    rows = Stock.objects.annotate(
        promised=Coalesce(Subquery(promised.values("sum")[:1]), 0, output_field=IntegerField())
    ).filter(Q(allocated__lt=0) | (Q(allocated__gt=F("on_hand")) & Q(backorder=False)) | ~Q(promised=F("allocated")))
    for stock in rows.select_related("variant", "location").iterator():
        if stock.allocated < 0 or (stock.allocated > stock.on_hand and not stock.backorder):
            yield Finding(f"stock {stock}", f"{stock.allocated} allocated of {stock.on_hand} on hand.")
        if stock.promised != stock.allocated:
            yield Finding(
                f"stock {stock}", f"{stock.allocated} allocated, but order lines were promised {stock.promised}."
            )
    per_line = Allocation.objects.filter(line=OuterRef("pk")).order_by().values("line").annotate(sum=Sum("quantity"))
    lines = OrderLine.objects.annotate(
        promised=Coalesce(Subquery(per_line.values("sum")[:1]), 0, output_field=IntegerField())
    ).exclude(promised=F("allocated"))
    for line in lines.select_related("order").iterator():
        yield Finding(
            f"order {line.order}",
            f"Line {line.sku} says {line.allocated} allocated, its allocations say {line.promised}.",
        )


@invariant(4, "On hand is the sum of the movements")
def movements() -> Iterator[Finding]:
    """Compare stock on hand with the sum of its movements."""
    moved = StockMovement.objects.filter(stock=OuterRef("pk")).order_by().values("stock").annotate(sum=Sum("quantity"))
    rows = Stock.objects.annotate(
        moved=Coalesce(Subquery(moved.values("sum")[:1]), 0, output_field=IntegerField())
    ).exclude(moved=F("on_hand"))
    for stock in rows.select_related("variant", "location").iterator():
        yield Finding(f"stock {stock}", f"{stock.on_hand} on hand, but the movements add up to {stock.moved}.")

"""What stock is promised to: the order lines that hold its allocations."""

from __future__ import annotations

from django.db.models import Count, Sum
from django.urls import reverse

from orders.models import Allocation
from products.selectors.explained import Promise

MOST_SHOWN = 50


def promises_of(stock_id: int) -> list[Promise]:
    """Return the order lines that pieces of a stock are promised to, the oldest first.

    Args:
        stock_id: primary key of the stock.
    """
    rows = Allocation.objects.filter(stock=stock_id).order_by("pk")
    shown = [
        Promise(
            what=f"Order {row.line.order.number}",
            quantity=row.quantity,
            url=reverse("admin:orders_order_change", args=[row.line.order_id]),
        )
        for row in rows.select_related("line__order")[:MOST_SHOWN]
    ]
    if len(shown) < MOST_SHOWN:
        return shown
    rest = rows.aggregate(count=Count("pk"), pieces=Sum("quantity"))
    more, pieces = rest["count"] - len(shown), rest["pieces"] - sum(promise.quantity for promise in shown)
    return [*shown, Promise(what=f"{more} further order lines", quantity=pieces)] if more else shown

"""What customers have ordered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from orders.models import Order
from orders.states import OrderStatus


@dataclass(frozen=True)
class CustomerValue:
    """What a customer is worth, in one currency.

    Attributes:
        currency: ISO 4217 code of both amounts.
        orders: orders placed and not cancelled.
        bought: their totals, with tax.
        paid: payments less refunds of all orders, cancelled ones too.
    """

    currency: str
    orders: int
    bought: Decimal
    paid: Decimal


def customer_value(customer_id: int) -> list[CustomerValue]:
    """Return what a customer has ordered and paid over the years, per currency."""
    counted = [OrderStatus.OPEN, OrderStatus.COMPLETED]
    rows = Order.objects.filter(customer=customer_id).order_by().values("currency")
    bought = {
        row["currency"]: (row["count"], row["sum"])
        for row in rows.filter(status__in=counted).annotate(count=Count("pk"), sum=Sum("total"))
    }
    nothing = (0, Decimal("0.00"))
    return [
        CustomerValue(row["currency"], *bought.get(row["currency"], nothing), row["paid"])
        for row in rows.annotate(paid=Sum("paid_total")).order_by("currency")
        if row["currency"] in bought or row["paid"]
    ]

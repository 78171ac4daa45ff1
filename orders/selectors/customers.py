"""What customers have ordered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from accounts.services.privacy import person_emails
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


def orders_of_person(user: User) -> QuerySet[Order]:
    """Return a person's orders, also those entered for a guest with one of the person's emails."""
    as_guest = Q(customer__isnull=True, email__in=person_emails(user))
    return Order.objects.filter(Q(customer=user) | as_guest).order_by("pk")


def person_orders(user: User) -> list[dict[str, Any]]:
    """Return a person's orders as they are handed over to that person."""
    rows = orders_of_person(user).prefetch_related("lines", "notes")
    return [
        {
            "number": order.number,
            "placed_at": order.placed_at.isoformat() if order.placed_at else None,
            "status": order.status,
            "email": order.email,
            "vat_id": order.vat_id,
            "billing_address": order.billing_address,
            "shipping_address": order.shipping_address,
            "customer_note": order.customer_note,
            "currency": order.currency,
            "total": str(order.total),
            "lines": [
                {"sku": line.sku, "name": line.name, "quantity": line.quantity, "unit_price": str(line.unit_price)}
                for line in order.lines.all()
            ],
            "notes": [note.text for note in order.notes.all() if note.visible_to_customer],
        }
        for order in rows
    ]

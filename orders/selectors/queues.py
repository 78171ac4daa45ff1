"""The work queues of orders and returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from backoffice.kernel import clock
from backoffice.kernel.scope.rules import visible
from backoffice.kernel.shop.selectors import shop_settings
from orders.models import Order, Return
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus, ReturnStatus

# Counting stops here: beyond, a queue is "999+", and its count costs the same however long it is.
COUNT_CAP = 1_000

_TO_SHIP = Q(
    status=OrderStatus.OPEN,
    fulfilment_status__in=[FulfilmentStatus.UNFULFILLED, FulfilmentStatus.PARTIALLY_SHIPPED],
)
# The money is there, or will be had when it is asked for.
COVERED = frozenset({PaymentStatus.PAID, PaymentStatus.AUTHORISED})
_COVERED = Q(payment_status__in=sorted(COVERED))


class Queue(StrEnum):
    """What waits for somebody."""

    TO_PLACE = "to-place"
    TO_SHIP = "to-ship"
    AWAITING_PAYMENT = "awaiting-payment"
    LATE = "late"
    UNDER_WAY = "under-way"


@dataclass(frozen=True)
class QueueCount:
    """A queue with how much waits in it.

    Attributes:
        queue: which.
        label: what it is called.
        count: how many wait; at most ``COUNT_CAP``.
    """

    queue: str
    label: str
    count: int

    @property
    def shown(self) -> str:
        """The count as it is written."""
        return f"{COUNT_CAP - 1}+" if self.count >= COUNT_CAP else str(self.count)


LABELS: dict[Queue, str] = {
    Queue.TO_PLACE: "To place",
    Queue.TO_SHIP: "To ship",
    Queue.AWAITING_PAYMENT: "Awaiting payment",
    Queue.LATE: "Waiting too long",
    Queue.UNDER_WAY: "Under way",
}


def orders_in(queue: Queue, orders: QuerySet[Order] | None = None) -> QuerySet[Order]:
    """Return the orders that wait in a queue.

    Args:
        queue: to place are drafts; to ship are open orders that are paid (or the money is
            authorised) and not all shipped; the same unpaid await payment; late are those to ship
            that were placed longer ago than the shop's settings allow; under way is what was
            shipped and has not arrived.
        orders: narrow these instead of all.
    """
    rows = Order.objects.all() if orders is None else orders
    conditions: dict[Queue, Callable[[], Q]] = {
        Queue.TO_PLACE: lambda: Q(status=OrderStatus.DRAFT),
        Queue.TO_SHIP: lambda: _TO_SHIP & _COVERED,
        Queue.AWAITING_PAYMENT: lambda: (
            _TO_SHIP & Q(payment_status__in=[PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID])
        ),
        Queue.LATE: lambda: _TO_SHIP & _COVERED & Q(placed_at__lt=late_since()),
        Queue.UNDER_WAY: lambda: Q(status=OrderStatus.OPEN, fulfilment_status=FulfilmentStatus.SHIPPED),
    }
    return rows.filter(conditions[queue]())


def late_since() -> dt.datetime:
    """Return the moment before which an order must have been placed to be waiting too long."""
    return clock.now() - dt.timedelta(hours=shop_settings().queue_age_warning_hours)


def order_queue_counts(user: Any) -> list[QueueCount]:
    """Count what waits in each queue, of the orders that a user may see: one short query per queue."""
    rows = visible(Order.objects.order_by(), user)
    return [QueueCount(queue.value, LABELS[queue], orders_in(queue, rows)[:COUNT_CAP].count()) for queue in Queue]


def returns_to_inspect(user: Any = None) -> QuerySet[Return]:
    """Return the returns that were received and wait to be inspected, the oldest first."""
    rows = Return.objects.filter(status=ReturnStatus.RECEIVED).order_by("received_at", "pk")
    return rows if user is None else visible(rows, user)


def returns_to_approve(user: Any = None) -> QuerySet[Return]:
    """Return the returns that customers asked for and nobody answered, the oldest first."""
    rows = Return.objects.filter(status=ReturnStatus.REQUESTED).order_by("pk")
    return rows if user is None else visible(rows, user)


def customer_orders(customer_id: int) -> QuerySet[Order]:
    """Return a customer's orders, the newest first."""
    return Order.objects.filter(customer=customer_id).order_by("-pk")

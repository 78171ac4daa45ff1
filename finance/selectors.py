"""Reading payments and their audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from backoffice.kernel.keyed import rows_kept
from backoffice.kernel.money import ZERO, round_money
from finance.event_hash import event_hash
from finance.models import EventChain, Payment, PaymentEvent, PeriodLock, Refund
from finance.states import PaymentState, RefundState


@dataclass(frozen=True)
class OrderMoney:
    """What an order's payments add up to, in the order's currency.

    Attributes:
        captured: money received.
        refunded: money given back.
        authorised: promised by payments that are authorised and not yet captured.
    """

    captured: Decimal
    refunded: Decimal
    authorised: Decimal

    @property
    def paid(self) -> Decimal:
        """Money received and not given back."""
        return self.captured - self.refunded


def order_money(*, order_id: int) -> OrderMoney:
    """Return what an order's payments add up to."""
    payments = rows_kept(Payment, {"order_id": order_id})
    return OrderMoney(
        captured=sum((payment.captured_amount for payment in payments), ZERO),
        refunded=sum((payment.refunded_amount for payment in payments), ZERO),
        authorised=sum((payment.amount for payment in payments if payment.status == PaymentState.AUTHORISED), ZERO),
    )


def payment_refundable(payment: Payment) -> Decimal:
    """Return what can still be given back of a payment: captured, less refunds that went out or wait to."""
    waiting = Refund.objects.filter(payment=payment, status=RefundState.PENDING).aggregate(sum=Sum("amount"))["sum"]
    return payment.captured_amount - payment.refunded_amount - round_money(waiting or ZERO)


def order_refunds_waiting(*, order_id: int) -> Decimal:
    """Return what was promised back of an order's payments and has not gone out yet."""
    waiting = Refund.objects.filter(payment__order=order_id, status=RefundState.PENDING)
    return round_money(waiting.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def person_payments(*, user: Any) -> list[dict[str, Any]]:
    """Return a person's payments as they are handed over on request, oldest first."""
    payments = Payment.objects.filter(order__customer=user).order_by("pk")
    columns = ("amount", "currency", "captured_amount", "refunded_amount", "status", "due_on", "settled_at")
    return list(payments.values("order__number", "method__name", *columns))


@dataclass(frozen=True)
class CustomerMoney:
    """What came in from a customer in one currency, and what is still expected.

    Attributes:
        currency: ISO 4217 code of both amounts.
        lifetime: settled payments less refunds, over all orders.
        expected: what is open of payments that are pending or authorised.
    """

    currency: str
    lifetime: Decimal
    expected: Decimal


def customer_money(payments: QuerySet[Payment]) -> list[CustomerMoney]:
    """Add a customer's payments up, per currency."""
    waiting = Q(status__in=[PaymentState.PENDING, PaymentState.AUTHORISED])
    sums = (
        payments.order_by("currency")
        .values("currency")
        .annotate(
            lifetime=Sum(F("captured_amount") - F("refunded_amount")),
            expected=Sum(F("amount") - F("captured_amount"), filter=waiting),
        )
    )
    return [
        CustomerMoney(row["currency"], round_money(row["lifetime"]), round_money(row["expected"] or ZERO))
        for row in sums
    ]


def period_lock_on(day: dt.date) -> PeriodLock | None:
    """Return the lock that closes a day, or None where it is open; one that is for ever comes first."""
    return (
        PeriodLock.objects.filter(date_from__lte=day, date_to__gte=day, lifted_at__isnull=True)
        .order_by("-is_hard", "-pk")
        .first()
    )


@dataclass(frozen=True)
class ChainFinding:
    """One place where a chain does not hold.

    Attributes:
        subject: the row it shows at.
        message: what is wrong, in plain words.
    """

    subject: str
    message: str


def payment_chain_findings() -> Iterator[ChainFinding]:
    """Walk the chain of payment events and yield each edit, deletion and reordering that shows.

    Every row is hashed again from its content; its number and its link must follow from the row
    before, and the last row must be the one that the head of the chain names.
    """
    previous_hash, expected = "", 1
    for event in PaymentEvent.objects.order_by("sequence").iterator(2_000):
        subject = f"payment event {event.sequence}"
        if event.sequence != expected:
            yield ChainFinding(subject, f"Events {expected} to {event.sequence - 1} are missing.")
        elif event.previous_hash != previous_hash:
            yield ChainFinding(subject, "It does not follow the event before it: one was changed, replaced or moved.")
        if event.hash != event_hash(event, previous_hash=event.previous_hash):
            yield ChainFinding(subject, "Its content is not what it was when it was written.")
        previous_hash, expected = event.hash, event.sequence + 1
    head = EventChain.objects.filter(pk=EventChain.SINGLETON_ID).first() or EventChain()
    if (head.length, head.last_hash) != (expected - 1, previous_hash):
        yield ChainFinding("payment events", f"The chain ends at {expected - 1}, but {head.length} were written.")

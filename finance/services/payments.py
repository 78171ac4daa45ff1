"""Payments that orders expect, and those that they no longer do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from backoffice.kernel import clock
from backoffice.kernel.history.bulk import bulk_insert
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.keyed import row_get
from backoffice.kernel.money import ZERO
from backoffice.kernel.shop.selectors import shop_settings
from finance.events import payments_settled
from finance.exceptions import PaymentRefused
from finance.models import MethodKind, Payment, PaymentMethod
from finance.services.chain import NewEvent, events_append
from finance.services.events import payment_record_event
from finance.services.reference import payment_method_default
from finance.services.standing import order_payment_refresh
from finance.states import PaymentState
from orders.models import Order
from orders.states import OrderStatus

# Money of these kinds comes later, on the shop's or the customer's terms; the others at once.
_ON_TERMS = frozenset({MethodKind.TRANSFER, MethodKind.DIRECT_DEBIT})
# Money may still come.
EXPECTED = (PaymentState.PENDING, PaymentState.AUTHORISED, PaymentState.FAILED)
# Payments in these states will bring no money any more.
_DEAD = (PaymentState.CANCELLED, PaymentState.FAILED)


def payment_create_for_order(*, order: Order, method: PaymentMethod | None = None) -> Payment | None:
    """Expect the payment of a placed order: its open amount, due by the customer's terms.

    Applied twice, the second call changes nothing.

    Args:
        order: the order.
        method: how it will be paid; the shop's first method where None.

    Returns:
        The pending payment, an earlier one that is still expected, or None where nothing is due.
    """
    made = payments_create_for_orders(order_ids=[order.pk], method=method)
    if made:
        return row_get(Payment, made[0])
    return Payment.objects.filter(order=order).exclude(status__in=_DEAD).order_by("pk").first()


@transaction.atomic
def payments_create_for_orders(*, order_ids: Sequence[int], method: PaymentMethod | None = None) -> list[int]:
    """Expect the payments of placed orders, set by set.

    Args:
        order_ids: the orders; those that expect or have their money already are passed over.
        method: how they will be paid; the shop's first method where None.

    Returns:
        Keys of the payments that were made.
    """
    rows = list(
        Order.objects.filter(pk__in=order_ids)
        .order_by("pk")
        .values("pk", "total", "currency", "placed_at", terms=F("customer__customer_profile__payment_terms_days"))
    )
    expected = dict(
        Payment.objects.filter(order__in=order_ids)
        .exclude(status__in=_DEAD)
        .order_by()
        .values_list("order")
        .annotate(sum=Sum("amount"))
    )
    due = [row for row in rows if row["total"] > 0 and row["pk"] not in expected]
    ids = _expect(due, method or payment_method_default()) if due else []
    _settle_free([row["pk"] for row in rows if row["total"] == 0])
    return ids


def _expect(due: Sequence[Mapping[str, Any]], method: PaymentMethod) -> list[int]:
    shop_days = shop_settings().payment_due_days
    ids = bulk_insert(
        Payment,
        ["order_id", "method_id", "amount", "currency", "due_on"],
        [
            (
                row["pk"],
                method.pk,
                row["total"],
                row["currency"],
                _due_on(row["placed_at"], row["terms"], shop_days, method),
            )
            for row in due
        ],
    )
    events_append(
        events=[
            NewEvent(pk, "created", "", PaymentState.PENDING, amount=row["total"])
            for pk, row in zip(ids, due, strict=True)
        ]
    )
    return ids


def _due_on(placed_at: dt.datetime | None, customer_days: int | None, shop_days: int, method: PaymentMethod) -> dt.date:
    day = timezone.localdate(placed_at) if placed_at else clock.today()
    if method.kind not in _ON_TERMS:
        return day
    return day + dt.timedelta(days=shop_days if customer_days is None else customer_days)


def _settle_free(order_ids: list[int]) -> None:
    """Treat orders without anything to pay as paid, so that what waits for payment goes on."""
    if not order_ids:
        return
    for order in Order.objects.filter(pk__in=order_ids).order_by("pk"):
        order_payment_refresh(order=order)
    payments_settled.send(sender=Payment, payment_ids=[], order_ids=order_ids, job_id=current_audit().job_id)


@transaction.atomic
def payment_add(*, order: Order, amount: Decimal, method: PaymentMethod, due_on: dt.date | None = None) -> Payment:
    """Expect a further payment of an order, an instalment say.

    Args:
        order: a placed order.
        amount: in the order's currency; what is expected in all may not exceed the order's total.
        method: how it will be paid.
        due_on: by when; by the terms where None.

    Raises:
        PaymentRefused: the order is not placed, the amount is not positive, or more would be expected
            than the order's total.
    """
    locked = Order.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    if locked.status not in {OrderStatus.OPEN, OrderStatus.COMPLETED}:
        raise PaymentRefused(f"Order {locked} is {locked.get_status_display().lower()}; nothing is to be paid.")
    if amount <= 0:
        raise PaymentRefused("A payment needs an amount above zero.")
    live = Payment.objects.filter(order=locked).exclude(status__in=_DEAD)
    expected = live.aggregate(sum=Sum("amount"))["sum"] or ZERO
    if expected + amount > locked.total:
        raise PaymentRefused(
            f"{expected + amount} {locked.currency} would be expected for order {locked}, whose total is {locked.total}."
        )
    payment = Payment.objects.create(
        order=locked,
        method=method,
        amount=amount,
        currency=locked.currency,
        due_on=due_on or _due_on(locked.placed_at, None, shop_settings().payment_due_days, method),
    )
    events_append(events=[NewEvent(payment.pk, "created", "", payment.status, amount=amount)])
    return payment


@transaction.atomic
def payment_change(
    *, payment: Payment, method: PaymentMethod, due_on: dt.date | None, provider_reference: str
) -> Payment:
    """Change the terms of a payment that is still expected.

    Args:
        payment: a payment that is pending, authorised or failed.
        method: how it will be paid.
        due_on: by when.
        provider_reference: the provider's id of the payment.

    Raises:
        PaymentRefused: its money came, or is not expected any more.
    """
    locked = Payment.objects.select_for_update(of=("self",)).select_related("order").get(pk=payment.pk)
    if locked.status not in EXPECTED:
        raise PaymentRefused(f"{locked} is {locked.get_status_display().lower()}; its terms can no longer be changed.")
    locked.method, locked.due_on, locked.provider_reference = method, due_on, provider_reference
    locked.save(update_fields=["method", "due_on", "provider_reference", "updated_at"])
    return locked


@transaction.atomic
def payments_cancel_for_orders(*, order_ids: Sequence[int]) -> list[int]:
    """Stop expecting money for cancelled orders; money that came already is to be refunded.

    Returns:
        Keys of the payments that were cancelled.
    """
    waiting = Payment.objects.filter(
        order__in=order_ids, status__in=[PaymentState.PENDING, PaymentState.AUTHORISED], captured_amount=0
    ).order_by("order_id", "pk")
    cancelled = []
    for payment in waiting:
        payment_record_event(payment=payment, kind="cancel", reason="The order was cancelled")
        cancelled.append(payment.pk)
    return cancelled

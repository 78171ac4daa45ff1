"""Payments that will bring less than was expected, or no more at all."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.history.context import audit, current_audit
from backoffice.kernel.money import ZERO
from backoffice.kernel.states.locked import apply_transition_locked
from finance.events import payments_settled
from finance.exceptions import PaymentRefused
from finance.models import Payment
from finance.services.chain import NewEvent, events_append
from finance.services.events import payment_record_event
from finance.services.payments import EXPECTED
from finance.services.periods import period_require_open
from finance.services.standing import order_payment_refresh
from finance.states import PAYMENT_MACHINE, PaymentState
from orders.models import Order
from orders.services.rows import lock_order


@transaction.atomic
def payment_close_short(*, payment: Payment, reason: str, origin: str = "") -> Payment:
    """Settle a payment at what was received of it: the rest is not expected any more.

    Args:
        payment: a payment of which a part came.
        reason: why; needed.
        origin: through which door it came.

    Raises:
        PaymentRefused: nothing came, or no reason was given.
        TransitionRefused: the payment is settled already.
        PeriodClosed: today is closed for posting.
    """
    if not reason.strip():
        raise PaymentRefused("Say why no more is expected.")
    order = lock_order(payment.order)
    locked = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    locked.order = order
    if not locked.captured_amount:
        raise PaymentRefused(f"Nothing was received of {locked}; cancel it instead.")
    period_require_open(on=clock.today())
    source = locked.status
    values = {"amount": locked.captured_amount, "settled_at": clock.now()}
    with audit(reason=reason):
        apply_transition_locked([locked], PAYMENT_MACHINE, "settle", values=values)
        order_payment_refresh(order=order)
        events_append(events=[NewEvent(locked.pk, "close_short", source, locked.status, reason=reason, origin=origin)])
        payments_settled.send(
            sender=Payment, payment_ids=[locked.pk], order_ids=[order.pk], job_id=current_audit().job_id
        )
    payment.refresh_from_db()
    return payment


@transaction.atomic
def payments_expect_less(*, order: Order, amount: Decimal, reason: str) -> Decimal:
    """Expect less money for an order, goods of which came back before they were paid.

    The newest payments give way first. One that expects nothing more is cancelled, or settled at
    what was received of it.

    Args:
        order: the order.
        amount: by how much, in the order's currency.
        reason: why.

    Returns:
        By how much less is expected; no more than was open.
    """
    lock_order(order)
    left = amount
    for payment in (
        Payment.objects.select_for_update(of=("self",)).filter(order=order, status__in=EXPECTED).order_by("-pk")
    ):
        part = min(left, payment.amount - payment.captured_amount)
        if part <= ZERO or payment.status == PaymentState.FAILED:
            continue
        left -= part
        if payment.captured_amount + part < payment.amount:
            _reduce(payment, part, reason)
        elif payment.captured_amount:
            payment_close_short(payment=payment, reason=reason)
        else:
            payment_record_event(payment=payment, kind="cancel", reason=reason)
    return amount - left


def _reduce(payment: Payment, part: Decimal, reason: str) -> None:
    payment.amount -= part
    with audit(reason=reason):
        payment.save(update_fields=["amount", "updated_at"])
        events_append(events=[NewEvent(payment.pk, "expect_less", payment.status, payment.status, part, reason=reason)])

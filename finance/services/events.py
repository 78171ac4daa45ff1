"""Money events: the only way by which a payment changes its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from backoffice.kernel import clock
from backoffice.kernel.history.context import audit, current_audit
from backoffice.kernel.keyed import row_get, rows_kept
from backoffice.kernel.money import ZERO
from backoffice.kernel.states.locked import apply_transition_locked
from backoffice.kernel.states.machine import TransitionRefused
from finance.events import payments_settled
from finance.exceptions import PaymentRefused
from finance.models import Payment, PaymentEvent
from finance.services.chain import NewEvent, events_append
from finance.services.periods import period_require_open
from finance.services.standing import order_payment_apply
from finance.states import PAYMENT_MACHINE, PaymentState
from orders.services.rows import lock_orders, take_over

CAPTURE = "capture"


@dataclass(frozen=True)
class EventOutcome:
    """What recording a money event did.

    Attributes:
        payment: the payment as it stands now.
        event: the row of the audit: the new one, or the one that had been there.
        applied: False where the event had been recorded before and nothing changed.
        message: the same in words.
    """

    payment: Payment
    event: PaymentEvent
    applied: bool
    message: str


@transaction.atomic
def payment_record_event(
    *,
    payment: Payment,
    kind: str,
    amount: Decimal | None = None,
    reference: str = "",
    reason: str = "",
    origin: str = "",
    at: dt.datetime | None = None,
) -> EventOutcome:
    """Record that something happened to a payment: move it, note it in the audit, tell the order.

    Order, payment and the head of the audit are locked in this order. An event whose reference has
    been recorded before changes nothing and says so.

    Args:
        payment: the payment.
        kind: a transition of the payment machine other than those of refunds: authorise, settle,
            fail, cancel, retry, dispute, dispute_won or unsettle.
        amount: money received, in the payment's currency, for ``settle`` only; all that is open
            where None. Less than that is a part capture: the payment settles with the last part.
        reference: the provider's or bank's id of this event.
        reason: why.
        origin: through which door it came.
        at: when it happened; now where None.

    Raises:
        PaymentRefused: the amount or the reference does not fit.
        TransitionRefused: the payment is in a state that does not allow it.
        PeriodClosed: the day is closed for posting.
    """
    if kind not in _HANDLERS:
        raise PaymentRefused(f"{kind!r} is no money event of a payment; refunds have their own service.")
    [order] = lock_orders([payment.order_id])
    locked = row_get(Payment, payment.pk, lock="update")
    locked.order = order
    earlier = next(iter(rows_kept(PaymentEvent, {"reference": reference})), None) if reference else None
    if earlier is not None:
        return _repeated(locked, earlier, kind)
    at = at or clock.now()
    period_require_open(on=timezone.localdate(at))
    source = locked.status
    with audit(reason=reason or current_audit().reason or PAYMENT_MACHINE.by_name[kind].label):
        new = _HANDLERS[kind](locked, kind, amount, at)
        order_payment_apply(order)
        [event] = events_append(
            events=[NewEvent(locked.pk, new.kind, source, locked.status, new.amount, reference, reason, origin, at)]
        )
        take_over(payment, locked)
        if locked.status == PaymentState.PAID and kind == "settle":
            payments_settled.send(
                sender=Payment, payment_ids=[locked.pk], order_ids=[locked.order_id], job_id=current_audit().job_id
            )
    return EventOutcome(payment, event, applied=True, message=f"{locked}: {new.kind} recorded.")


def payment_settle(
    *, payment: Payment, amount: Decimal | None = None, reference: str = "", reason: str = "", origin: str = ""
) -> EventOutcome:
    """Record that money of a payment arrived; see ``payment_record_event``."""
    return payment_record_event(
        payment=payment, kind="settle", amount=amount, reference=reference, reason=reason, origin=origin
    )


@dataclass(frozen=True)
class _Moved:
    """What the audit says of a handled event."""

    kind: str
    amount: Decimal = ZERO


def _repeated(payment: Payment, earlier: PaymentEvent, kind: str) -> EventOutcome:
    same_kind = earlier.kind == kind or (earlier.kind == CAPTURE and kind == "settle")
    if earlier.payment_id != payment.pk or not same_kind:
        raise PaymentRefused(
            f"Reference {earlier.reference} stands for another event already: {earlier.kind} of payment {earlier.payment_id}."
        )
    message = f"Event {earlier.reference} was recorded before, on {earlier.at:%Y-%m-%d %H:%M}; nothing changed."
    return EventOutcome(payment, earlier, applied=False, message=message)


def _settle(payment: Payment, kind: str, amount: Decimal | None, at: dt.datetime) -> _Moved:
    refused = PAYMENT_MACHINE.refusal(payment, kind)
    if refused:
        raise TransitionRefused(refused, transition=kind, source=payment.status)
    missing = payment.amount - payment.captured_amount
    received = missing if amount is None else amount
    if received <= 0 or received > missing:
        raise PaymentRefused(
            f"{received} {payment.currency} does not fit: {missing} of {payment.amount} {payment.currency} are open."
        )
    if received < missing:
        payment.captured_amount += received
        payment.save(update_fields=["captured_amount", "updated_at"])
        return _Moved(CAPTURE, received)
    apply_transition_locked(
        [payment], PAYMENT_MACHINE, kind, values={"captured_amount": payment.amount, "settled_at": at}
    )
    return _Moved(kind, received)


def _move(payment: Payment, kind: str, amount: Decimal | None, at: dt.datetime) -> _Moved:
    if amount is not None:
        raise PaymentRefused(f"{kind!r} moves no money; leave the amount out.")
    apply_transition_locked([payment], PAYMENT_MACHINE, kind)
    return _Moved(kind)


def _stop(payment: Payment, kind: str, amount: Decimal | None, at: dt.datetime) -> _Moved:
    if payment.captured_amount:
        raise PaymentRefused(
            f"{payment.captured_amount} {payment.currency} of this payment were received: close it at that, then refund it."
        )
    return _move(payment, kind, amount, at)


def _unsettle(payment: Payment, kind: str, amount: Decimal | None, at: dt.datetime) -> _Moved:
    taken_back = payment.captured_amount
    if payment.refunds.exclude(status="failed").exists():
        raise PaymentRefused(f"{payment} has refunds; it cannot be taken back.")
    apply_transition_locked([payment], PAYMENT_MACHINE, kind, values={"captured_amount": ZERO, "settled_at": None})
    return _Moved(kind, taken_back)


def _dispute_won(payment: Payment, kind: str, amount: Decimal | None, at: dt.datetime) -> _Moved:
    moved = _move(payment, kind, amount, at)
    # Part of the money may have gone back before the dispute: the payment is then not whole again.
    if payment.refunded_amount:
        apply_transition_locked([payment], PAYMENT_MACHINE, "refund_part")
    return moved


_HANDLERS: dict[str, Callable[[Any, str, Decimal | None, dt.datetime], _Moved]] = {
    "authorise": _move,
    "settle": _settle,
    "fail": _stop,
    "cancel": _stop,
    "retry": _move,
    "dispute": _move,
    "dispute_won": _dispute_won,
    "unsettle": _unsettle,
}

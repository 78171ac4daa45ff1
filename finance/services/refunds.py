"""Giving money back, never more than was received."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from backoffice.kernel import clock
from backoffice.kernel.history.context import audit, current_audit
from backoffice.kernel.keyed import row_get
from backoffice.kernel.states.locked import apply_transition_locked
from backoffice.kernel.states.machine import apply_transition
from finance.events import refunds_succeeded
from finance.exceptions import PaymentRefused, RefundRefused
from finance.models import Payment, PaymentEvent, Refund
from finance.selectors import payment_refundable
from finance.services.chain import NewEvent, events_append
from finance.services.periods import period_require_open
from finance.services.standing import order_payment_apply
from finance.states import PAYMENT_MACHINE, REFUND_MACHINE, PaymentState, RefundState
from orders.models import Return
from orders.services.rows import lock_orders

# States in which a payment's money is the shop's to give back.
REFUNDABLE = (PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED)


@transaction.atomic
def refund_create(
    *,
    payment: Payment,
    amount: Decimal,
    reason: str,
    document: Return | None = None,
    idempotency_key: str | None = None,
) -> Refund:
    """Promise money back. The payment changes once the refund went out (``refund_succeed``).

    Args:
        payment: the payment that the money came with.
        amount: in the payment's currency; with all other refunds, waiting ones too, never more than
            was captured.
        reason: why; printed on the credit note.
        document: the return that the refund is for.
        idempotency_key: a second refund with the same key is not made; the first is returned.

    Raises:
        RefundRefused: too much, nothing, or no reason given, or the payment has no settled money.
    """
    locked = _lock(payment)
    if idempotency_key is not None:
        earlier = Refund.objects.filter(idempotency_key=idempotency_key).first()
        if earlier is not None:
            return earlier
    if not reason.strip():
        raise RefundRefused("Say why the money is given back.")
    if locked.status not in REFUNDABLE:
        raise RefundRefused(
            f"{locked} is {locked.get_status_display().lower()}; there is no settled money to give back."
        )
    if amount <= 0:
        raise RefundRefused("A refund needs an amount above zero.")
    left = payment_refundable(locked)
    if amount > left:
        raise RefundRefused(f"{amount} {locked.currency} cannot be given back: {left} {locked.currency} are left.")
    with audit(reason=reason):
        refund = Refund.objects.create(
            payment=locked, amount=amount, reason=reason[:200], document=document, idempotency_key=idempotency_key
        )
        _note(locked, "refund_requested", locked.status, amount, reason=reason)
    return refund


@transaction.atomic
def refund_succeed(*, refund: Refund, reference: str = "", reason: str = "") -> Refund:
    """Record that a refund went out.

    Args:
        refund: a waiting refund.
        reference: the provider's or bank's id of the event; applied twice it changes nothing.
        reason: why; the refund's own reason where empty.

    Raises:
        TransitionRefused: the refund is settled already.
        RefundRefused: the payment is disputed.
        PeriodClosed: today is closed for posting.
    """
    payment = _lock(refund.payment)
    if reference:
        earlier = PaymentEvent.objects.filter(reference=reference).first()
        if earlier is not None:
            return _repeated(refund, earlier)
    if payment.status == PaymentState.DISPUTED:
        raise RefundRefused(f"{payment} is disputed; wait for the outcome.")
    refunded = payment.refunded_amount + refund.amount
    kind = "refund" if refunded == payment.captured_amount else "refund_part"
    return _pay_out(refund, payment, kind, reference=reference, reason=reason or refund.reason)


def _pay_out(refund: Refund, payment: Payment, kind: str, *, reference: str, reason: str) -> Refund:
    now = clock.now()
    period_require_open(on=timezone.localdate(now))
    source = payment.status
    with audit(reason=reason):
        apply_transition(
            refund, REFUND_MACHINE, "succeed", values={"succeeded_at": now, "provider_reference": reference[:120]}
        )
        refunded = payment.refunded_amount + refund.amount
        apply_transition_locked([payment], PAYMENT_MACHINE, kind, values={"refunded_amount": refunded})
        order_payment_apply(payment.order)
        _note(payment, kind, source, refund.amount, reference=reference, reason=reason)
        refunds_succeeded.send(
            sender=Refund, refund_ids=[refund.pk], order_ids=[payment.order_id], job_id=current_audit().job_id
        )
    return refund


@transaction.atomic
def refund_fail(*, refund: Refund, reason: str) -> Refund:
    """Record that a refund could not be paid out; its amount can be given back anew.

    Raises:
        RefundRefused: no reason was given.
        TransitionRefused: the refund is settled already.
    """
    if not reason.strip():
        raise RefundRefused("Say why the refund failed.")
    payment = _lock(refund.payment)
    apply_transition(refund, REFUND_MACHINE, "fail", reason=reason)
    _note(payment, "refund_failed", payment.status, refund.amount, reason=reason)
    return refund


@transaction.atomic
def dispute_lose(*, payment: Payment, reference: str = "", reason: str = "") -> Refund:
    """Record that a disputed payment was taken back by the provider: all that is left of it is refunded.

    Refunds that were waiting fail: their money went with the rest.

    Args:
        payment: a disputed payment.
        reference: the provider's id of the event.
        reason: why.

    Raises:
        PaymentRefused: the payment is not disputed.
    """
    locked = _lock(payment)
    if locked.status != PaymentState.DISPUTED:
        raise PaymentRefused(f"{locked} is not disputed.")
    for waiting in locked.refunds.filter(status=RefundState.PENDING).order_by("pk"):
        refund_fail(refund=waiting, reason="The dispute was lost")
    refund = Refund.objects.create(
        payment=locked,
        amount=locked.captured_amount - locked.refunded_amount,
        reason=(reason or "Dispute lost")[:200],
    )
    return _pay_out(refund, locked, "dispute_lost", reference=reference, reason=reason or "Dispute lost")


def _lock(payment: Payment) -> Payment:
    """Lock the order, then the payment, as every money service does."""
    [order] = lock_orders([payment.order_id])
    locked = row_get(Payment, payment.pk, lock="update")
    locked.order = order
    return locked


def _repeated(refund: Refund, earlier: PaymentEvent) -> Refund:
    if earlier.payment_id != refund.payment_id or refund.provider_reference != (earlier.reference or "")[:120]:
        raise RefundRefused(
            f"Reference {earlier.reference} stands for another event already: {earlier.kind} of payment {earlier.payment_id}."
        )
    refund.refresh_from_db()
    assert refund.status == RefundState.SUCCEEDED
    return refund


def _note(
    payment: Payment, kind: str, source: str, amount: Decimal, *, reference: str = "", reason: str = ""
) -> PaymentEvent:
    [event] = events_append(
        events=[NewEvent(payment.pk, kind, source, payment.status, amount, reference=reference, reason=reason)]
    )
    return event

"""States of payments, refunds and payouts."""

from __future__ import annotations

from django.db import models

from backoffice.kernel.states.machine import Machine, Transition
from finance.events import payment_status_changed


class PaymentState(models.TextChoices):
    """Where a payment stands; moved by money events only."""

    PENDING = "pending", "Pending"
    AUTHORISED = "authorised", "Authorised"
    PAID = "paid", "Paid"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    PARTIALLY_REFUNDED = "partially_refunded", "Partly refunded"
    REFUNDED = "refunded", "Refunded"
    DISPUTED = "disputed", "Disputed"


class RefundState(models.TextChoices):
    """Where a refund stands."""

    PENDING = "pending", "Pending"
    SUCCEEDED = "succeeded", "Paid out"
    FAILED = "failed", "Failed"


class PayoutState(models.TextChoices):
    """Where a payout stands."""

    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    PAID = "paid", "Paid"
    CANCELLED = "cancelled", "Cancelled"


_P = PaymentState

PAYMENT_MACHINE = Machine(
    name="payment",
    model="finance.Payment",
    field_name="status",
    states=PaymentState,
    initial=PaymentState.PENDING,
    changed=payment_status_changed,
    transitions=(
        Transition("authorise", frozenset({_P.PENDING}), _P.AUTHORISED, "finance.settle_payment", label="Authorise"),
        Transition("settle", frozenset({_P.PENDING, _P.AUTHORISED}), _P.PAID, "finance.settle_payment", label="Settle"),
        Transition("fail", frozenset({_P.PENDING, _P.AUTHORISED}), _P.FAILED, "finance.settle_payment", label="Failed"),
        Transition(
            "cancel",
            frozenset({_P.PENDING, _P.AUTHORISED, _P.FAILED}),
            _P.CANCELLED,
            "finance.settle_payment",
            label="Cancel",
        ),
        Transition("retry", frozenset({_P.FAILED}), _P.PENDING, "finance.settle_payment", label="Try again"),
        Transition(
            "refund_part",
            frozenset({_P.PAID, _P.PARTIALLY_REFUNDED}),
            _P.PARTIALLY_REFUNDED,
            "finance.refund_payment",
            label="Refund in part",
        ),
        Transition(
            "refund", frozenset({_P.PAID, _P.PARTIALLY_REFUNDED}), _P.REFUNDED, "finance.refund_payment", label="Refund"
        ),
        Transition(
            "dispute",
            frozenset({_P.PAID, _P.PARTIALLY_REFUNDED}),
            _P.DISPUTED,
            "finance.settle_payment",
            label="Disputed",
        ),
        Transition("dispute_won", frozenset({_P.DISPUTED}), _P.PAID, "finance.settle_payment", label="Dispute won"),
        Transition(
            "dispute_lost", frozenset({_P.DISPUTED}), _P.REFUNDED, "finance.refund_payment", label="Dispute lost"
        ),
        # A bank match that is undone takes the settlement back.
        Transition("unsettle", frozenset({_P.PAID}), _P.PENDING, "finance.settle_payment", label="Take back"),
    ),
)

REFUND_MACHINE = Machine(
    name="refund",
    model="finance.Refund",
    field_name="status",
    states=RefundState,
    initial=RefundState.PENDING,
    transitions=(
        Transition(
            "succeed",
            frozenset({RefundState.PENDING}),
            RefundState.SUCCEEDED,
            "finance.refund_payment",
            label="Paid out",
        ),
        Transition(
            "fail", frozenset({RefundState.PENDING}), RefundState.FAILED, "finance.refund_payment", label="Failed"
        ),
    ),
)

PAYOUT_MACHINE = Machine(
    name="payout",
    model="finance.Payout",
    field_name="status",
    states=PayoutState,
    initial=PayoutState.DRAFT,
    transitions=(
        Transition(
            "approve", frozenset({PayoutState.DRAFT}), PayoutState.APPROVED, "finance.approve_payout", label="Approve"
        ),
        Transition("pay", frozenset({PayoutState.APPROVED}), PayoutState.PAID, "finance.approve_payout", label="Paid"),
        Transition(
            "cancel",
            frozenset({PayoutState.DRAFT, PayoutState.APPROVED}),
            PayoutState.CANCELLED,
            "finance.approve_payout",
            label="Cancel",
        ),
    ),
)

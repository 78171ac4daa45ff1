"""What can be done with payments and refunds from their pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from backoffice.kernel.admin.steps import FormStep
from finance.models import Payment, Refund
from finance.selectors import payment_refundable
from finance.services.closing import payment_close_short
from finance.services.events import payment_record_event, payment_settle
from finance.services.refunds import REFUNDABLE, dispute_lose, refund_create, refund_fail, refund_succeed
from finance.states import PAYMENT_MACHINE, REFUND_MACHINE, RefundState

ORIGIN = "admin"
_REASON: dict[str, Any] = {"max_length": 200, "widget": forms.Textarea(attrs={"rows": 2})}


class SettleForm(forms.Form):
    """How much arrived, and where that can be seen."""

    amount = forms.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal("0.01"), label="amount received")
    reference = forms.CharField(
        max_length=120, required=False, help_text="The bank's or provider's id of this event. It counts once only."
    )
    reason = forms.CharField(required=False, help_text="Kept in the history.", **_REASON)


class SettleStep(FormStep):
    """Money arrived, all of it or a part."""

    name = "settle"
    label = "Settle"
    permission = "finance.settle_payment"
    description = "Less than the open amount is kept as a part payment; the last part settles the payment."
    form_class = SettleForm

    def is_offered(self, obj: Payment) -> bool:
        """Offer it while money is expected."""
        return not PAYMENT_MACHINE.refusal(obj, "settle")

    def initial(self, obj: Payment) -> dict[str, Any]:
        """Begin with what is open."""
        return {"amount": obj.amount - obj.captured_amount}

    def run(self, obj: Payment, data: dict[str, Any], key: str) -> str:
        """Record the event; a second click changes nothing."""
        reference = data["reference"].strip() or f"{ORIGIN}:{key}"
        outcome = payment_settle(
            payment=obj, amount=data["amount"], reference=reference, reason=data["reason"], origin=ORIGIN
        )
        return outcome.message


class CloseShortForm(forms.Form):
    """Why no more is expected."""

    reason = forms.CharField(help_text="Kept in the history.", **_REASON)


class CloseShortStep(FormStep):
    """The rest will not come."""

    name = "close-short"
    label = "Close at what came"
    permission = "finance.settle_payment"
    description = "The payment settles at the amount received so far; the rest is not expected any more."
    form_class = CloseShortForm

    def is_offered(self, obj: Payment) -> bool:
        """Offer it once a part of the money came."""
        return bool(obj.captured_amount) and not PAYMENT_MACHINE.refusal(obj, "settle")

    def run(self, obj: Payment, data: dict[str, Any], key: str) -> str:
        """Settle it short."""
        payment_close_short(payment=obj, reason=data["reason"], origin=ORIGIN)
        return f"{obj} is settled at what was received."


class RefundForm(forms.Form):
    """How much goes back, and why."""

    amount = forms.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal("0.01"), label="amount to give back")
    reason = forms.CharField(help_text="Printed on the credit note.", **_REASON)


class RefundStep(FormStep):
    """Promise money back."""

    name = "refund"
    label = "Refund"
    permission = "finance.refund_payment"
    description = "The refund waits until it is marked as paid out; an invoiced order then gets its credit note."
    form_class = RefundForm

    def is_offered(self, obj: Payment) -> bool:
        """Offer it once there is settled money."""
        return obj.status in REFUNDABLE

    def refusal(self, obj: Payment) -> str:
        """Refuse where everything was given back or promised."""
        return "" if payment_refundable(obj) > 0 else "All of it was given back or is about to be."

    def initial(self, obj: Payment) -> dict[str, Any]:
        """Begin with what is left."""
        return {"amount": payment_refundable(obj)}

    def run(self, obj: Payment, data: dict[str, Any], key: str) -> str:
        """Make the refund; a second click makes no second one."""
        refund = refund_create(
            payment=obj, amount=data["amount"], reason=data["reason"], idempotency_key=f"{ORIGIN}:{key}"
        )
        return f"A refund of {refund.amount} {obj.currency} waits to be paid out."


class PaidOutForm(forms.Form):
    """Where the payout can be seen."""

    reference = forms.CharField(
        max_length=120, required=False, help_text="The bank's or provider's id of this event. It counts once only."
    )


class PaidOutStep(FormStep):
    """A refund went out."""

    name = "paid-out"
    label = "Paid out"
    permission = "finance.refund_payment"
    description = "The payment and its order follow; an invoiced order gets its credit note."
    form_class = PaidOutForm

    def is_offered(self, obj: Refund) -> bool:
        """Offer it while the refund waits."""
        return obj.status == RefundState.PENDING

    def refusal(self, obj: Refund) -> str:
        """Ask the machine."""
        return REFUND_MACHINE.refusal(obj, "succeed")

    def run(self, obj: Refund, data: dict[str, Any], key: str) -> str:
        """Record it; a second click changes nothing."""
        refund_succeed(refund=obj, reference=data["reference"].strip() or f"{ORIGIN}:{key}")
        return f"{obj.amount} {obj.payment.currency} went out."


def record(kind: str) -> Any:
    """Return the service of a transition that moves no amount of its own."""

    def service(payment: Payment, reason: str, user: Any) -> None:
        payment_record_event(payment=payment, kind=kind, reason=reason, origin=ORIGIN)

    return service


def lose(payment: Payment, reason: str, user: Any) -> None:
    """Let a disputed payment go back."""
    dispute_lose(payment=payment, reason=reason)


def fail(refund: Refund, reason: str, user: Any) -> None:
    """Record that a refund could not be paid out."""
    refund_fail(refund=refund, reason=reason)

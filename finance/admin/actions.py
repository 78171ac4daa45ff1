"""Bulk actions on payments."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.admin.actions import TransitionAction
from finance.models import Payment
from finance.services.events import payment_record_event, payment_settle
from finance.states import PAYMENT_MACHINE

# Each settlement may issue an invoice, so that not many fit into one request.
_INLINE_LIMIT = 20


class SettlePaymentsAction(TransitionAction):
    """The open amount of each payment arrived."""

    machine = PAYMENT_MACHINE
    transition = "settle"
    label = "Settle selected payments in full"
    no_undo = "Money that came in is booked for ever. Give it back with “Refund” on the payment's page."
    inline_limit = _INLINE_LIMIT
    chunk_size = 50

    def apply(self, row: Payment, reason: str, user: Any) -> Any:
        """Record the money."""
        return payment_settle(payment=row, reason=reason, origin="admin")


class CancelPaymentsAction(TransitionAction):
    """Payments that are no longer expected."""

    machine = PAYMENT_MACHINE
    transition = "cancel"
    label = "Cancel selected payments"
    no_undo = "A cancelled payment stays in the books. Should the money come after all, place a new order for it."

    def apply(self, row: Payment, reason: str, user: Any) -> Any:
        """Record that no money is expected any more."""
        return payment_record_event(payment=row, kind="cancel", reason=reason, origin="admin")

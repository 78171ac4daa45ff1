"""What finance has to say when a person's data are erased (GDPR, article 17)."""

from __future__ import annotations

from django.db import transaction

from accounts.exceptions import ErasureRefused
from accounts.models import User
from accounts.services.privacy import person_words
from backoffice.kernel.forgetting import words_forget
from finance.models import Payment, Refund
from finance.states import PaymentState, RefundState

_UNFINISHED = (PaymentState.AUTHORISED, PaymentState.DISPUTED)


def payments_erase_of(*, customer: User) -> None:
    """Take a person's words out of the reasons of refunds; amounts, states and references stay.

    Bank statements and the audit of payments are books: they stay as they were written.

    Raises:
        ErasureRefused: money is still to come in or to go back.
    """
    with transaction.atomic():
        payments = Payment.objects.filter(order__customer=customer)
        _refuse_unfinished(payments.filter(status__in=_UNFINISHED).select_related("order").order_by("pk").first())
        refunds = Refund.objects.filter(payment__in=payments.values("pk"))
        waiting = refunds.filter(status=RefundState.PENDING).select_related("payment__order").order_by("pk").first()
        if waiting is not None:
            raise ErasureRefused(f"A refund for order {waiting.payment.order} waits to be paid out.")
        words = person_words(customer)
        words_forget(refunds, ["reason"], words)
        words_forget(Refund.history.filter(payment_id__in=payments.values("pk")), ["reason"], words)


def _refuse_unfinished(payment: Payment | None) -> None:
    if payment is not None:
        raise ErasureRefused(
            f"The payment for order {payment.order} is {payment.get_status_display().lower()}; "
            "settle or close it first."
        )

"""Refunds that follow from returned goods and cancelled orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction

from backoffice.kernel.money import ZERO
from finance.models import Payment, Refund
from finance.return_value import return_value
from finance.selectors import payment_refundable
from finance.services.closing import payment_close_short, payments_expect_less
from finance.services.payments import EXPECTED
from finance.services.refunds import REFUNDABLE, refund_create
from finance.states import RefundState
from orders.models import Order, Return
from orders.states import ReturnStatus


@transaction.atomic
def refunds_create_for_returns(*, return_ids: Sequence[int]) -> list[Refund]:
    """Promise back what customers paid for goods that came back; each return once.

    The value of a return is what was charged for its pieces, discounts shared in. It is taken from
    the order's payments, the newest first; where less was received, only that much goes back.

    Args:
        return_ids: returns; those that are not completed are passed over.
    """
    made: list[Refund] = []
    returns = Return.objects.filter(pk__in=return_ids, status=ReturnStatus.COMPLETED).select_related("order")
    for document in returns.order_by("order_id", "pk"):
        given = Refund.objects.filter(document=document).exclude(status=RefundState.FAILED).exists()
        if not given:
            value = return_value(document)
            refunds = list(_spread(document.order_id, value, reason=f"Return {document}", document=document))
            rest = value - sum((refund.amount for refund in refunds), ZERO)
            payments_expect_less(order=document.order, amount=rest, reason=f"Return {document}")
            made += refunds
    return made


@transaction.atomic
def refunds_create_for_cancelled_orders(*, order_ids: Sequence[int]) -> list[Refund]:
    """Promise back all money that was received for cancelled orders."""
    made: list[Refund] = []
    for order in Order.objects.filter(pk__in=order_ids).order_by("pk"):
        for payment in Payment.objects.filter(order=order, status__in=EXPECTED, captured_amount__gt=0).order_by("pk"):
            payment_close_short(payment=payment, reason="The order was cancelled")
        made += _spread(order.pk, None, reason=f"Order {order} was cancelled")
    return made


def _spread(order_id: int, amount: Decimal | None, *, reason: str, document: Return | None = None) -> Iterable[Refund]:
    left = amount
    for payment in Payment.objects.filter(order=order_id, status__in=REFUNDABLE).order_by("-pk"):
        available = payment_refundable(payment)
        part = available if left is None else min(available, left)
        if part <= ZERO:
            continue
        yield refund_create(payment=payment, amount=part, reason=reason, document=document)
        left = None if left is None else left - part

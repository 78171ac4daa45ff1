"""What an order's payments mean for the order."""

from __future__ import annotations

from decimal import Decimal

from finance.selectors import OrderMoney, order_money
from orders.models import Order
from orders.services.payments import order_put_payment, order_set_payment
from orders.states import PaymentStatus


def order_payment_refresh(*, order: Order) -> None:
    """Derive an order's paid amount and payment status from its payments, and store them."""
    money = order_money(order_id=order.pk)
    order_set_payment(order=order, paid_total=money.paid, payment_status=payment_standing(money, total=order.total))


def order_payment_apply(locked: Order) -> None:
    """Do what ``order_payment_refresh`` does to an order that the caller locked and read in this transaction."""
    money = order_money(order_id=locked.pk)
    order_put_payment(locked, paid_total=money.paid, payment_status=payment_standing(money, total=locked.total))


def payment_standing(money: OrderMoney, *, total: Decimal) -> PaymentStatus:
    """Return how far an order is paid.

    Args:
        money: what its payments add up to.
        total: what it costs, in the same currency.
    """
    if money.captured > 0 and money.paid <= 0:
        return PaymentStatus.REFUNDED
    if money.refunded > 0:
        return PaymentStatus.PARTIALLY_REFUNDED
    if money.captured >= total:
        return PaymentStatus.PAID
    if money.captured > 0:
        return PaymentStatus.PARTIALLY_PAID
    if money.authorised >= total:
        return PaymentStatus.AUTHORISED
    return PaymentStatus.UNPAID

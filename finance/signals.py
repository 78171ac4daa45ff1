"""Receivers of finance: news of orders that money follows from."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.events import person_data_collected, person_erased
from finance.selectors import person_payments
from finance.services.give_back import refunds_create_for_cancelled_orders, refunds_create_for_returns
from finance.services.payments import payments_cancel_for_orders, payments_create_for_orders
from finance.services.privacy import payments_erase_of
from orders.events import orders_cancelled, orders_placed, returns_completed


@receiver(orders_placed, dispatch_uid="finance.orders_placed.expect_payments")
def expect_payments(order_ids: list[int], **_: Any) -> None:
    """Expect the payments of placed orders."""
    payments_create_for_orders(order_ids=order_ids)


@receiver(orders_cancelled, dispatch_uid="finance.orders_cancelled.cancel_payments")
def cancel_payments(order_ids: list[int], **_: Any) -> None:
    """Stop expecting money for cancelled orders."""
    payments_cancel_for_orders(order_ids=order_ids)


@receiver(orders_cancelled, dispatch_uid="finance.orders_cancelled.refund")
def refund_cancelled_orders(order_ids: list[int], **_: Any) -> None:
    """Promise back what was received for cancelled orders."""
    refunds_create_for_cancelled_orders(order_ids=order_ids)


@receiver(returns_completed, dispatch_uid="finance.returns_completed.refund")
def refund_returned_goods(return_ids: list[int], **_: Any) -> None:
    """Promise back what was paid for goods that came back."""
    refunds_create_for_returns(return_ids=return_ids)


@receiver(person_data_collected, dispatch_uid="finance.person_data")
def add_payments_to_person_data(user: Any, **_: Any) -> dict[str, Any]:
    """A person's payments are handed over with the rest."""
    return {"payments": person_payments(user=user)}


@receiver(person_erased, dispatch_uid="finance.person_erased")
def erase_payments_of_person(user: Any, **_: Any) -> None:
    """Refunds forget the person; the books stay."""
    payments_erase_of(customer=user)

"""Notes on orders."""

from __future__ import annotations

from typing import Any

from orders.exceptions import OrderRefused
from orders.models import Order, OrderNote


def order_note_add(*, order: Order, text: str, author: Any = None, visible_to_customer: bool = False) -> OrderNote:
    """Write a note on an order.

    Args:
        order: the order, whatever its status.
        text: plain text.
        author: the user who wrote it; None for a program.
        visible_to_customer: whether the customer may read it too.

    Raises:
        OrderRefused: the note is empty.
    """
    if not text.strip():
        raise OrderRefused("Write something into the note.", field="text")
    return OrderNote.objects.create(
        order=order, author=author, text=text.strip(), visible_to_customer=visible_to_customer
    )

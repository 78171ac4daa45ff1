"""Locking carts, and what a cart may hold."""

from __future__ import annotations

from collections.abc import Collection

from backoffice.kernel.states.locked import apply_transition_locked
from cart.exceptions import CartRefused
from cart.models import Cart
from cart.states import CART_MACHINE, CartStatus

# Pieces of one line; the model's own limit.
QUANTITY_MAX = 10_000
# Lines of one cart: more is a program filling a table, not a person shopping.
LINES_MAX = 200


def cart_lock(cart: Cart) -> Cart:
    """Lock a cart and return it as it is now."""
    return carts_lock([cart.pk])[cart.pk]


def carts_lock(ids: Collection[int]) -> dict[int, Cart]:
    """Lock carts in the order of their primary keys and return them as they are now."""
    rows = Cart.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def cart_take_up(locked: Cart) -> Cart:
    """Let a locked cart be filled: an abandoned one is taken up again.

    Raises:
        CartRefused: it was ordered, merged or closed.
    """
    if locked.status == CartStatus.ABANDONED:
        apply_transition_locked([locked], CART_MACHINE, "resume")
    if locked.status != CartStatus.OPEN:
        raise CartRefused(f"This cart is closed: it is {CartStatus(locked.status).label.lower()}.")
    return locked

"""What lies in a cart."""

from __future__ import annotations

from django.db import transaction

from backoffice.kernel import clock
from cart.exceptions import CartRefused, NotAvailable
from cart.models import Cart, CartLine
from cart.services.rows import LINES_MAX, QUANTITY_MAX, cart_lock, cart_take_up
from orders.selectors.on_sale import not_on_sale
from products.models import Variant


def cart_line_add(*, cart: Cart, variant: Variant, quantity: int = 1) -> CartLine:
    """Put pieces of a variant into a cart, on top of those that it holds.

    Args:
        cart: an open cart.
        variant: what is wanted.
        quantity: pieces, at least one.

    Raises:
        CartRefused: the cart is closed or full, or the pieces are too few or too many.
        NotAvailable: the variant, its product or its seller is not active.
    """
    if quantity < 1:
        raise CartRefused("Add at least one piece.", field="quantity")
    with transaction.atomic():
        locked = cart_take_up(cart_lock(cart))
        line = locked.lines.filter(variant=variant).first()
        return _put(locked, line, variant, quantity + (line.quantity if line else 0))


def cart_line_set(*, cart: Cart, variant: Variant, quantity: int) -> CartLine:
    """Let a cart hold so many pieces of a variant, whatever it held before.

    Raises:
        CartRefused, NotAvailable: as for ``cart_line_add``.
    """
    with transaction.atomic():
        locked = cart_take_up(cart_lock(cart))
        return _put(locked, locked.lines.filter(variant=variant).first(), variant, quantity)


def cart_line_remove(*, cart: Cart, variant: Variant) -> bool:
    """Take a variant out of a cart.

    Returns:
        False where the cart did not hold it.

    Raises:
        CartRefused: the cart is closed.
    """
    with transaction.atomic():
        locked = cart_take_up(cart_lock(cart))
        line = locked.lines.filter(variant=variant).first()
        if line is None:
            return False
        line.delete()
        _touch(locked)
    return True


def _put(locked: Cart, line: CartLine | None, variant: Variant, quantity: int) -> CartLine:
    if quantity < 1:
        raise CartRefused("Order at least one piece.", field="quantity")
    if quantity > QUANTITY_MAX:
        raise CartRefused(f"A cart holds at most {QUANTITY_MAX:,} pieces of one kind.", field="quantity")
    fresh = Variant.objects.select_related("product__seller").get(pk=variant.pk)
    if not_on_sale(fresh):
        # Why is the shop's business, not the shopper's.
        raise NotAvailable(f"{fresh.sku} is not available.", field="variant")
    if line is None:
        if locked.lines.count() >= LINES_MAX:
            raise CartRefused(f"A cart holds at most {LINES_MAX} different things.", field="variant")
        line = CartLine.objects.create(cart=locked, variant=fresh, quantity=quantity, unit_price=fresh.price)
    elif (line.quantity, line.unit_price) != (quantity, fresh.price):
        line.quantity, line.unit_price = quantity, fresh.price
        line.save()
    _touch(locked)
    line.cart, line.variant = locked, fresh
    return line


def _touch(locked: Cart) -> None:
    """Note that somebody is here."""
    locked.last_activity_at = clock.now()
    locked.save(update_fields=["last_activity_at", "updated_at"])

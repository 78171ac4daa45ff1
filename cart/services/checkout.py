"""Checkout: a cart becomes an order, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.states.locked import apply_transition_locked
from cart.exceptions import (
    CartRefused,
    CheckoutIncomplete,
    KeyUsedBefore,
    NotAvailable,
    OutOfStock,
    PriceChange,
    PriceChanged,
)
from cart.models import Cart, CartLine
from cart.owners import CartOwner
from cart.selectors import LIVE, cart_current, cart_lines, checkout_order, shortages_of
from cart.services.rows import cart_lock
from cart.states import CART_MACHINE, CartStatus
from orders.models import Order, OrderChannel, OrderLine
from orders.selectors.on_sale import not_on_sale
from orders.services.drafts import order_create
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place

Address = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class CheckoutDetails:
    """What a shopper says beside the cart.

    Attributes:
        email: where news of the order goes; a customer's own where empty, needed from a guest.
        billing_address: as ``Address.snapshot`` makes it; None takes the customer's own.
        shipping_address: the same; the billing address where neither is known.
        language: of the documents; None takes the customer's own.
        note: for the shop.
    """

    email: str = ""
    billing_address: Address | None = None
    shipping_address: Address | None = None
    language: str | None = None
    note: str = ""


def cart_checkout(
    *, owner: CartOwner, key: str, details: CheckoutDetails, accepted_total: Decimal | None = None
) -> tuple[Order, bool]:
    """Order what the owner's cart holds, at the catalogue's prices of this moment.

    The cart is locked, so of two calls at once the second finds the cart ordered and returns that
    order. A later call with the same key returns the order as well, whatever has been put into a
    new cart since.

    Args:
        owner: a customer or a guest's session.
        key: one wish to order, named by whoever asks (the ``Idempotency-Key`` of a request).
        details: who and where to.
        accepted_total: total with tax, in the shop's base currency, that the shopper agreed to. None
            stands for the prices that the cart last showed.

    Returns:
        The placed order and whether this call placed it.

    Raises:
        CheckoutIncomplete: email or address is missing, or the key is empty.
        CartRefused: there is no cart, or nothing in it.
        NotAvailable: something is not on sale any more.
        OutOfStock: there is not enough of something.
        PriceChanged: the order would cost something else than was shown, or accepted.
        KeyUsedBefore: the key led to an order with another email, address or note.
        OrderRefused, CatalogueRefused: placing was refused for any other reason.
        In every case nothing was changed.
    """
    if not key:
        raise CheckoutIncomplete("Send an Idempotency-Key, so that this is ordered once.", field="idempotency_key")
    # In this order: a call that commits in between shows as the order, not as a cart that is gone.
    cart = cart_current(owner)
    earlier = checkout_order(owner, key)
    if earlier is not None:
        return _same_wish(earlier, details), False
    if cart is None:
        raise CartRefused("The cart is empty.")
    with transaction.atomic():
        locked = cart_lock(cart)
        if locked.order is not None:
            return locked.order, False
        if locked.status not in LIVE:
            raise CartRefused(f"This cart is closed: it is {CartStatus(locked.status).label.lower()}.")
        lines = _orderable(locked)
        order, priced = _draft(owner, details, lines)
        _hold_against(locked, lines, order, priced, accepted_total)
        order, _ = order_place(order=order, idempotency_key=owner.order_key(key), reason="Checkout")
        apply_transition_locked(
            [locked], CART_MACHINE, "convert", values={"order": order, "last_activity_at": clock.now()}
        )
    return order, True


def _orderable(locked: Cart) -> list[CartLine]:
    """Return the lines of a cart all of which can be ordered."""
    lines = list(cart_lines(locked))
    if not lines:
        raise CartRefused("The cart is empty.")
    gone = [line.variant.sku for line in lines if not_on_sale(line.variant)]
    if gone:
        raise NotAvailable(f"No longer available: {', '.join(gone)}. Take it out of the cart to order the rest.")
    short = shortages_of(
        {line.variant_id: line.quantity for line in lines}, {line.variant_id: line.variant.sku for line in lines}
    )
    if short:
        raise OutOfStock(short)
    return lines


def _draft(owner: CartOwner, details: CheckoutDetails, lines: Sequence[CartLine]) -> tuple[Order, list[OrderLine]]:
    """Make the order with its lines, at the catalogue's prices."""
    if owner.customer is None and not details.email.strip():
        raise CheckoutIncomplete("Say where the confirmation goes.", field="email")
    order = order_create(
        customer=owner.customer,
        email=details.email,
        channel=OrderChannel.STOREFRONT,
        billing_address=details.billing_address,
        shipping_address=details.shipping_address,
        language=details.language,
        customer_note=details.note,
    )
    if not order.shipping_address.get("country"):
        raise CheckoutIncomplete("Say where the goods go.", field="shipping_address")
    new = [NewLine(variant=line.variant, quantity=line.quantity) for line in lines]
    return order, order_lines_add(order=order, new=new)


def _hold_against(
    cart: Cart, shown: Sequence[CartLine], order: Order, priced: Sequence[OrderLine], accepted_total: Decimal | None
) -> None:
    """Refuse where the order costs something else than the cart showed, or than was accepted."""
    changes = [
        PriceChange(sku=now.sku, shown=line.unit_price, now=now.unit_price)
        for line, now in zip(shown, priced, strict=True)
        if line.unit_price != now.unit_price or cart.currency != order.currency
    ]
    accepted = not changes if accepted_total is None else accepted_total == order.total
    if not accepted:
        raise PriceChanged(changes, total=order.total, currency=order.currency)


def _same_wish(order: Order, details: CheckoutDetails) -> Order:
    """Return the order if it is what these details asked for."""
    said = {
        "email": details.email.strip().lower() or order.email,
        "billing_address": details.billing_address or order.billing_address,
        "shipping_address": details.shipping_address or order.shipping_address,
        "customer_note": details.note,
    }
    if any(getattr(order, name) != value for name, value in said.items()):
        raise KeyUsedBefore(
            f"This Idempotency-Key has led to order {order}, which says something else. Send a new key for a new order.",
            field="idempotency_key",
        )
    return order

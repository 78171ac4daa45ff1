"""Carts come into being, are taken up again, and merge at log-in."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User, UserType
from backoffice.kernel import clock
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.history.rows import rows_delete
from backoffice.kernel.shop.selectors import shop_settings
from backoffice.kernel.states.locked import apply_transition_locked
from backoffice.kernel.states.machine import apply_transition
from cart.models import Cart, CartLine
from cart.owners import CartOwner
from cart.selectors import cart_current
from cart.services.rows import QUANTITY_MAX, cart_lock, cart_take_up, carts_lock
from cart.states import CART_MACHINE, CartStatus


def cart_for(owner: CartOwner) -> Cart:
    """Return the one open cart of an owner: take up an abandoned one, or make one, where there is none."""
    cart = cart_current(owner)
    if cart is not None:
        if cart.status == CartStatus.OPEN:
            return cart
        with transaction.atomic():
            return cart_take_up(cart_lock(cart))
    # The job of a guest's request must not be lost with the savepoint below.
    current_audit().answerable()
    try:
        with transaction.atomic():
            return Cart.objects.create(
                **owner.columns, currency=shop_settings().base_currency, last_activity_at=clock.now()
            )
    except IntegrityError:
        # Two requests at once: the other one was first.
        return Cart.objects.get(owner.carts, status=CartStatus.OPEN)


def cart_merge_on_login(*, customer: User, session_id: str) -> Cart | None:
    """Put what a guest gathered before log-in into the customer's cart.

    Quantities of the same variant add up, to the most that a line may hold. The guest's cart keeps
    its lines, as “merged”, so a second call finds nothing to merge. What has gone off sale moves
    along: the customer shall see that it is gone.

    Args:
        customer: who logged in; staff and sellers have no cart, theirs stays the session's.
        session_id: name of the guest's cart, "" where the session has none.

    Returns:
        The customer's cart, or None where there was nothing to merge.
    """
    if not session_id or customer.user_type != UserType.CUSTOMER:
        return None
    guest = cart_current(CartOwner(session_id=session_id))
    if guest is None or not guest.lines.exists():
        return None
    target = cart_for(CartOwner(customer=customer))
    with transaction.atomic():
        locked = carts_lock([guest.pk, target.pk])
        if locked[guest.pk].status not in {CartStatus.OPEN, CartStatus.ABANDONED}:
            return target
        target = cart_take_up(locked[target.pk])
        _move_lines(cart_take_up(locked[guest.pk]), target)
        apply_transition_locked([locked[guest.pk]], CART_MACHINE, "merge")
    return target


def cart_expire(*, cart: Cart, reason: str = "") -> Cart:
    """Close a cart that nobody will come back for.

    Raises:
        TransitionRefused: it was ordered, merged or closed before.
    """
    return apply_transition(cart, CART_MACHINE, "expire", reason=reason)


def carts_expire_of(*, customer: User) -> None:
    """Empty and close what a person left behind, when the person's data are erased."""
    with transaction.atomic():
        rows = Cart.objects.select_for_update(of=("self",)).filter(CartOwner(customer=customer).carts)
        live = [row for row in rows.order_by("pk") if row.status in {CartStatus.OPEN, CartStatus.ABANDONED}]
        rows_delete(CartLine, CartLine.objects.filter(cart__in=live).order_by("pk"))
        apply_transition_locked(live, CART_MACHINE, "expire")


def _move_lines(guest: Cart, target: Cart) -> None:
    """Add a guest's lines to a cart; both are locked."""
    known = {line.variant_id: line for line in target.lines.all()}
    for line in guest.lines.all():
        mine = known.get(line.variant_id)
        if mine is None:
            mine = CartLine(cart=target, variant_id=line.variant_id, quantity=0)
        mine.quantity = min(mine.quantity + line.quantity, QUANTITY_MAX)
        # The guest's page is the one that was seen last.
        mine.unit_price = line.unit_price
        mine.save()
    target.last_activity_at = clock.now()
    target.save(update_fields=["last_activity_at", "updated_at"])

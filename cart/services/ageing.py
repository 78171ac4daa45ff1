"""Carts grow old: first they are a work queue, then they expire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from backoffice.kernel import clock
from backoffice.kernel.shop.selectors import shop_settings
from backoffice.kernel.states.locked import apply_transition_locked
from cart.models import Cart, CartLine
from cart.selectors import LIVE
from cart.states import CART_MACHINE, CartStatus

ABANDONED_AFTER = dt.timedelta(hours=24)
CHUNK = 500


def carts_mark_abandoned(*, idle: dt.timedelta = ABANDONED_AFTER) -> int:
    """Put carts that hold something and have been left alone into the work queue.

    Args:
        idle: how long nobody has touched them.

    Returns:
        How many.
    """
    filled = Exists(CartLine.objects.filter(cart=OuterRef("pk")))
    return _age("abandon", {CartStatus.OPEN}, idle=idle, only=Q(filled))


def carts_expire() -> int:
    """Close carts that have been left alone for as long as the shop's settings say, empty ones too.

    Returns:
        How many.
    """
    return _age("expire", LIVE, idle=dt.timedelta(days=shop_settings().cart_expiry_days), only=Q())


def _age(transition: str, states: Collection[str], *, idle: dt.timedelta, only: Q) -> int:
    """Apply a transition to idle carts, so many per transaction; those in use at the moment wait for the next run."""
    due = Cart.objects.filter(only, status__in=states, last_activity_at__lt=clock.now() - idle).order_by("pk")
    reason = f"Nobody came back for {_words(idle)}."
    count = last = 0
    while True:
        with transaction.atomic():
            # Whoever holds a cart is using it; the condition is checked again once the lock is had.
            rows = list(due.filter(pk__gt=last).select_for_update(of=("self",), skip_locked=True)[:CHUNK])
            apply_transition_locked(rows, CART_MACHINE, transition, reason=reason)
        if not rows:
            return count
        count, last = count + len(rows), rows[-1].pk


def _words(span: dt.timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{span.days} days" if hours % 24 == 0 and span.days > 1 else f"{hours} hours"

"""States of a cart."""

from __future__ import annotations

from django.db import models

from backoffice.kernel.states.machine import Machine, Transition
from cart.events import cart_status_changed


class CartStatus(models.TextChoices):
    """What became of a cart."""

    OPEN = "open", "Open"
    MERGED = "merged", "Merged"
    CONVERTED = "converted", "Ordered"
    ABANDONED = "abandoned", "Abandoned"
    EXPIRED = "expired", "Expired"


CART_MACHINE = Machine(
    name="cart",
    model="cart.Cart",
    field_name="status",
    states=CartStatus,
    initial=CartStatus.OPEN,
    changed=cart_status_changed,
    transitions=(
        Transition("merge", frozenset({CartStatus.OPEN}), CartStatus.MERGED, label="Merged at log-in"),
        Transition(
            "convert", frozenset({CartStatus.OPEN, CartStatus.ABANDONED}), CartStatus.CONVERTED, label="Ordered"
        ),
        Transition("abandon", frozenset({CartStatus.OPEN}), CartStatus.ABANDONED, label="Abandoned"),
        Transition("resume", frozenset({CartStatus.ABANDONED}), CartStatus.OPEN, label="Taken up again"),
        Transition(
            "expire",
            frozenset({CartStatus.OPEN, CartStatus.ABANDONED}),
            CartStatus.EXPIRED,
            permission="cart.change_cart",
            label="Expire",
        ),
    ),
)

"""Made-up carts for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from cart.models import Cart, CartLine
from cart.owners import CartOwner
from cart.services.carts import cart_for
from cart.services.lines import cart_line_add
from products.models import Variant
from products.tests.factories import VariantFactory


class CartFactory(factory.django.DjangoModelFactory):
    """An open, empty cart of a customer."""

    class Meta:
        model = Cart

    customer = factory.SubFactory(UserFactory)


class GuestCartFactory(CartFactory):
    """An open, empty cart of a guest."""

    customer = None
    session_id = factory.Sequence(lambda n: f"guest-session-{n}")


class CartLineFactory(factory.django.DjangoModelFactory):
    """One piece of something, at the price it has."""

    class Meta:
        model = CartLine

    cart = factory.SubFactory(CartFactory)
    variant = factory.SubFactory(VariantFactory)
    unit_price = factory.SelfAttribute("variant.price")


def guest(name: str = "a-guest") -> CartOwner:
    """Return the owner of a guest's cart."""
    return CartOwner(session_id=name)


def customer(**user: Any) -> CartOwner:
    """Return a customer as the owner of a cart."""
    return CartOwner(customer=UserFactory(**user))


def filled_cart(owner: CartOwner, *lines: tuple[Variant, int]) -> Cart:
    """Return the owner's cart after these pieces were put into it."""
    cart = cart_for(owner)
    for variant, quantity in lines:
        cart_line_add(cart=cart, variant=variant, quantity=quantity)
    cart.refresh_from_db()
    return cart


def left_alone(cart: Cart, *, hours: float) -> Cart:
    """Let a cart look as if nobody had touched it for so long."""
    cart.last_activity_at = timezone.now() - dt.timedelta(hours=hours)
    cart.save(update_fields=["last_activity_at"])
    return cart


def contents(cart: Cart) -> dict[str, int]:
    """Return how many pieces of which SKU a cart holds."""
    rows: Sequence[tuple[str, int]] = list(cart.lines.values_list("variant__sku", "quantity"))
    return dict(rows)

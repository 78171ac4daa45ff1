"""The receivers of the cart app."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.events import person_data_collected, person_erased
from cart.selectors import person_carts
from cart.services.carts import cart_merge_on_login, carts_expire_of
from cart.sessions import session_cart


@receiver(user_logged_in, dispatch_uid="cart.merge_on_login")
def merge_cart_after_login(request: Any, user: Any, **kwargs: Any) -> None:
    """What a guest gathered goes into the customer's cart."""
    cart_merge_on_login(customer=user, session_id=session_cart(request))


@receiver(person_data_collected, dispatch_uid="cart.person_data")
def add_carts_to_person_data(user: Any, **kwargs: Any) -> dict[str, Any]:
    """A person's carts are handed over with the rest."""
    return {"carts": person_carts(user)}


@receiver(person_erased, dispatch_uid="cart.person_erased")
def close_carts_of_erased_person(user: Any, **kwargs: Any) -> None:
    """Nobody comes back for the carts of an erased person."""
    carts_expire_of(customer=user)

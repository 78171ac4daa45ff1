"""Where a guest's session keeps the name of its cart.

The session's own key will not do: it changes at log-in, and it is a password that no table but the
sessions' should hold. A name of the cart's own survives the log-in and ends with the session.
"""

from __future__ import annotations

import secrets
from typing import Any

from accounts.models import UserType
from cart.owners import CartOwner

SESSION_KEY = "cart"


def session_cart(request: Any) -> str:
    """Return the name of the guest's cart in a request's session, or ""."""
    session = getattr(request, "session", None)
    return str(session.get(SESSION_KEY, "")) if session is not None else ""


def session_cart_begin(request: Any) -> str:
    """Return the name of the guest's cart in a request's session; give the session one if it has none."""
    name = session_cart(request)
    if not name:
        name = request.session[SESSION_KEY] = secrets.token_urlsafe(32)
    return name


def cart_owner(request: Any, *, begin: bool = False) -> CartOwner | None:
    """Return who a request's cart belongs to.

    Args:
        request: a request with ``user`` and ``session``.
        begin: give a guest's session a cart to name, where it has none.

    Returns:
        None for a guest without a cart, and for staff and sellers, who have none.
    """
    if request.user.is_authenticated:
        return CartOwner(customer=request.user) if request.user.user_type == UserType.CUSTOMER else None
    name = session_cart_begin(request) if begin else session_cart(request)
    return CartOwner(session_id=name) if name else None

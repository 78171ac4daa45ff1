"""Whose cart it is: a customer's, or a guest's session's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import User, UserType


@dataclass(frozen=True)
class CartOwner:
    """A customer who is logged in, or the session of a guest.

    Attributes:
        customer: None for a guest.
        session_id: the secret name of a guest's cart, kept in the guest's session; "" for a customer.
    """

    customer: User | None = None
    session_id: str = ""

    def __post_init__(self) -> None:
        if (self.customer is None) == (not self.session_id):
            raise ValueError("A cart belongs to a customer or to a session.")
        if self.customer is not None and self.customer.user_type != UserType.CUSTOMER:
            raise ValueError("Only customers and guests have carts.")

    @property
    def carts(self) -> Q:
        """The condition on carts that are the owner's."""
        if self.customer is not None:
            return Q(customer=self.customer)
        return Q(customer__isnull=True, session_id=self.session_id)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a new cart that name its owner."""
        return {"customer": self.customer, "session_id": self.session_id}

    def order_key(self, key: str) -> str:
        """Return the idempotency key of an order: one owner's key never meets another's."""
        owner = f"customer:{self.customer.pk}" if self.customer is not None else f"session:{self.session_id}"
        return f"checkout:{hashlib.sha256(f'{owner}|{key}'.encode()).hexdigest()}"

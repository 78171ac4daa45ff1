"""The receivers of the orders app."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.events import person_data_collected, person_erased
from orders.selectors.customers import person_orders
from orders.services.privacy import orders_erase_of


@receiver(person_data_collected, dispatch_uid="orders.person_data")
def add_orders_to_person_data(user: Any, **kwargs: Any) -> dict[str, Any]:
    """A person's orders are handed over with the rest."""
    return {"orders": person_orders(user)}


@receiver(person_erased, dispatch_uid="orders.person_erased")
def erase_orders_of_person(user: Any, **kwargs: Any) -> None:
    """Orders forget the person; goods and amounts stay."""
    orders_erase_of(customer=user)

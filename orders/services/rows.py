"""Locking orders, in the order of their primary keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from django.db import models

from backoffice.kernel.keyed import row_find, row_get
from orders.exceptions import OrderNotDraft
from orders.models import Order, Shipment
from orders.states import OrderStatus

M = TypeVar("M", bound=models.Model)


def lock_order(order: Order) -> Order:
    """Lock an order and return it as it is now."""
    return row_get(Order, order.pk, lock="no_key")


def lock_orders(ids: Collection[int]) -> list[Order]:
    """Lock orders in the order of their primary keys and return them as they are now."""
    if len(ids) == 1:
        only = row_find(Order, *ids, lock="no_key")
        return [] if only is None else [only]
    return list(Order.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))


def lock_parcels(ids: Iterable[int]) -> list[Shipment]:
    """Lock parcels, after their orders, and return them as they are now, with their lines."""
    rows = Shipment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.prefetch_related("lines"))


def lock_parcels_with_orders(ids: Collection[int]) -> tuple[list[Order], list[Shipment]]:
    """Lock parcels after the orders that they belong to, and return both as they are now."""
    # A parcel never changes its order, so that this much can be read before the locks are had.
    orders = Shipment.objects.filter(pk__in=ids).order_by().values_list("order", flat=True)
    return lock_orders(set(orders)), lock_parcels(ids)


def lock_draft(order: Order) -> Order:
    """Lock an order that is about to be edited.

    Raises:
        OrderNotDraft: it was placed or cancelled.
    """
    locked = lock_order(order)
    if locked.status != OrderStatus.DRAFT:
        state = OrderStatus(locked.status).label.lower()
        raise OrderNotDraft(f"Order {locked} is {state} and can no longer be changed.")
    return locked


def take_over(instance: M, fresh: M) -> M:
    """Let the caller's instance show what a fresher one of the same row holds; forget what was joined to it."""
    for field in instance._meta.concrete_fields:
        setattr(instance, field.attname, getattr(fresh, field.attname))
    getattr(instance, "_prefetched_objects_cache", {}).clear()
    return instance

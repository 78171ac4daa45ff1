"""Locking orders, in the order of their primary keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from django.db import models

from orders.exceptions import OrderNotDraft
from orders.models import Order, Shipment
from orders.states import OrderStatus

M = TypeVar("M", bound=models.Model)


def lock_order(order: Order) -> Order:
    """Lock an order and return it as it is now."""
    return Order.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)


def lock_orders(ids: Collection[int]) -> list[Order]:
    """Lock orders in the order of their primary keys and return them as they are now."""
    return list(Order.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))


def lock_parcels(ids: Iterable[int]) -> list[Shipment]:
    """Lock parcels, after their orders, and return them as they are now, with their lines."""
    rows = Shipment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.prefetch_related("lines"))


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

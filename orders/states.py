"""States of orders, shipments and returns."""

from __future__ import annotations

from typing import Any

from django.db import models

from backoffice.kernel.states.machine import Machine, Transition
from orders.events import order_status_changed, return_status_changed, shipment_status_changed


class OrderStatus(models.TextChoices):
    """Where an order stands as a whole."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class FulfilmentStatus(models.TextChoices):
    """How far an order's goods have come; derived from its lines."""

    UNFULFILLED = "unfulfilled", "Unfulfilled"
    PARTIALLY_SHIPPED = "partially_shipped", "Partly shipped"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    PARTIALLY_RETURNED = "partially_returned", "Partly returned"
    RETURNED = "returned", "Returned"


class PaymentStatus(models.TextChoices):
    """How far an order is paid; derived from its payments."""

    UNPAID = "unpaid", "Unpaid"
    AUTHORISED = "authorised", "Authorised"
    PARTIALLY_PAID = "partially_paid", "Partly paid"
    PAID = "paid", "Paid"
    PARTIALLY_REFUNDED = "partially_refunded", "Partly refunded"
    REFUNDED = "refunded", "Refunded"


class ShipmentStatus(models.TextChoices):
    """Where a parcel is."""

    DRAFT = "draft", "In preparation"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"


class ReturnStatus(models.TextChoices):
    """Where a return stands."""

    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    RECEIVED = "received", "Received"
    COMPLETED = "completed", "Completed"
    REJECTED = "rejected", "Rejected"


def _placeable(order: Any) -> str:
    # all(), so that a bulk action can fetch the lines of all its orders at once.
    if not order.lines.all():
        return f"Order {order} has no lines."
    if not order.shipping_address.get("country"):
        return f"Order {order} has no delivery address."
    return ""


def _all_delivered(order: Any) -> str:
    if order.fulfilment_status in {
        FulfilmentStatus.DELIVERED,
        FulfilmentStatus.PARTIALLY_RETURNED,
        FulfilmentStatus.RETURNED,
    }:
        return ""
    return f"Order {order} is not delivered yet."


def _nothing_shipped(order: Any) -> str:
    if any(line.shipped for line in order.lines.all()):
        return f"Goods of order {order} have left already; take them back with a return."
    return ""


def _has_lines(document: Any) -> str:
    return "" if document.lines.all() else f"{document} has no lines."


def _inspected(document: Any) -> str:
    if any(line.restock is None for line in document.lines.all()):
        return f"Return {document}: say for each line whether it goes back into stock."
    return ""


ORDER_MACHINE = Machine(
    name="order",
    model="orders.Order",
    field_name="status",
    states=OrderStatus,
    initial=OrderStatus.DRAFT,
    changed=order_status_changed,
    transitions=(
        Transition(
            "place",
            frozenset({OrderStatus.DRAFT}),
            OrderStatus.OPEN,
            permission="orders.place_order",
            guard=_placeable,
            label="Place",
        ),
        Transition(
            "complete",
            frozenset({OrderStatus.OPEN}),
            OrderStatus.COMPLETED,
            permission="orders.ship_order",
            guard=_all_delivered,
            label="Complete",
        ),
        Transition(
            "cancel",
            frozenset({OrderStatus.DRAFT, OrderStatus.OPEN}),
            OrderStatus.CANCELLED,
            permission="orders.cancel_order",
            guard=_nothing_shipped,
            label="Cancel",
        ),
    ),
)

SHIPMENT_MACHINE = Machine(
    name="shipment",
    model="orders.Shipment",
    field_name="status",
    states=ShipmentStatus,
    initial=ShipmentStatus.DRAFT,
    changed=shipment_status_changed,
    transitions=(
        Transition(
            "ship",
            frozenset({ShipmentStatus.DRAFT}),
            ShipmentStatus.SHIPPED,
            permission="orders.ship_order",
            guard=_has_lines,
            label="Ship",
        ),
        Transition(
            "deliver",
            frozenset({ShipmentStatus.SHIPPED}),
            ShipmentStatus.DELIVERED,
            permission="orders.ship_order",
            label="Mark delivered",
        ),
        Transition(
            "cancel",
            frozenset({ShipmentStatus.DRAFT}),
            ShipmentStatus.CANCELLED,
            permission="orders.ship_order",
            label="Cancel",
        ),
    ),
)

RETURN_MACHINE = Machine(
    name="return",
    model="orders.Return",
    field_name="status",
    states=ReturnStatus,
    initial=ReturnStatus.REQUESTED,
    changed=return_status_changed,
    transitions=(
        Transition(
            "approve",
            frozenset({ReturnStatus.REQUESTED}),
            ReturnStatus.APPROVED,
            permission="orders.handle_return",
            guard=_has_lines,
            label="Approve",
        ),
        Transition(
            "reject",
            frozenset({ReturnStatus.REQUESTED, ReturnStatus.APPROVED}),
            ReturnStatus.REJECTED,
            permission="orders.handle_return",
            label="Reject",
        ),
        Transition(
            "receive",
            frozenset({ReturnStatus.APPROVED}),
            ReturnStatus.RECEIVED,
            permission="orders.handle_return",
            label="Received",
        ),
        Transition(
            "complete",
            frozenset({ReturnStatus.RECEIVED}),
            ReturnStatus.COMPLETED,
            permission="orders.handle_return",
            guard=_inspected,
            label="Complete",
        ),
    ),
)

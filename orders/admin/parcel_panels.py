"""Parcels and returns on an order's page."""

from __future__ import annotations

from django.http import HttpRequest

from orders.admin.display import badge, shipment_badge
from orders.admin.panels import Panel, register_panel
from orders.models import Order
from orders.states import ShipmentStatus


@register_panel
def parcels_panel(request: HttpRequest, order: Order) -> Panel | None:
    """List an order's parcels, and let those who ship say that one has left or arrived."""
    if not request.user.has_perm("orders.view_shipment"):
        return None
    rows = order.shipments.select_related("seller").prefetch_related("lines__order_line").order_by("pk")
    may_ship = request.user.has_perm("orders.ship_order")
    next_steps = {ShipmentStatus.DRAFT: ("ship", "It left"), ShipmentStatus.SHIPPED: ("deliver", "It arrived")}
    parcels = [
        {
            "row": row,
            "badge": shipment_badge(row.status),
            "content": ", ".join(f"{item.quantity} × {item.order_line.sku}" for item in row.lines.all()),
            "step": next_steps.get(ShipmentStatus(row.status)) if may_ship else None,
        }
        for row in rows
    ]
    return Panel("Parcels", "admin/orders/panels/parcels.html", {"parcels": parcels}, 20) if parcels else None


@register_panel
def returns_panel(request: HttpRequest, order: Order) -> Panel | None:
    """List an order's returns."""
    if not request.user.has_perm("orders.view_return"):
        return None
    rows = order.returns.select_related("reason").prefetch_related("lines__order_line").order_by("pk")
    returns = [
        {
            "row": row,
            "badge": badge(row.status, row.get_status_display()),
            "content": ", ".join(f"{item.quantity} × {item.order_line.sku}" for item in row.lines.all()),
        }
        for row in rows
    ]
    return Panel("Returns", "admin/orders/panels/returns.html", {"returns": returns}, 30) if returns else None

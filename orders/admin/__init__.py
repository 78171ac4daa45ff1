"""The admin of the orders app."""

from orders.admin import customer_panel, order, order_line, parcel_panels, returns, shipment
from orders.admin.panels import Panel, register_panel

__all__ = [
    "Panel",
    "customer_panel",
    "order",
    "order_line",
    "parcel_panels",
    "register_panel",
    "returns",
    "shipment",
]

"""The admin of the orders app."""

from orders.admin import order, parcel_panels, returns, shipment
from orders.admin.panels import Panel, register_panel

__all__ = ["Panel", "order", "parcel_panels", "register_panel", "returns", "shipment"]

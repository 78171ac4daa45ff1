"""Models of the orders app."""

from orders.models.counter import NumberCounter
from orders.models.line import Allocation, OrderLine
from orders.models.note import OrderNote
from orders.models.order import Order, OrderChannel
from orders.models.returns import Return, ReturnLine, ReturnReason
from orders.models.shipment import Shipment, ShipmentLine

__all__ = [
    "Allocation",
    "NumberCounter",
    "Order",
    "OrderChannel",
    "OrderLine",
    "OrderNote",
    "Return",
    "ReturnLine",
    "ReturnReason",
    "Shipment",
    "ShipmentLine",
]

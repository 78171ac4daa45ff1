"""Bulk actions of parcels."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.admin.actions import BulkAction, TransitionAction
from orders.admin.printing import PrintLabels, PrintPackingSlips
from orders.models import Shipment
from orders.services.delivering import shipment_deliver
from orders.services.shipping import shipment_ship
from orders.states import SHIPMENT_MACHINE


class ShipParcels(TransitionAction):
    """Hand prepared parcels to their carriers."""

    machine = SHIPMENT_MACHINE
    transition = "ship"
    description = "The goods leave the stock."

    def apply(self, row: Shipment, reason: str, user: Any) -> Any:
        """Ship one parcel."""
        return shipment_ship(shipment=row, reason=reason)


class DeliverParcels(TransitionAction):
    """Record that parcels have arrived."""

    machine = SHIPMENT_MACHINE
    transition = "deliver"

    def apply(self, row: Shipment, reason: str, user: Any) -> Any:
        """Mark one parcel delivered."""
        return shipment_deliver(shipment=row, reason=reason)


SHIPMENT_ACTIONS: list[type[BulkAction]] = [ShipParcels, DeliverParcels, PrintPackingSlips, PrintLabels]

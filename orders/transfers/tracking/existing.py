"""The shipments that a chunk's rows may speak of, within what the user may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from backoffice.kernel.scope.rules import visible
from orders.models import Shipment
from orders.states import ShipmentStatus

HOUSE = "house"


@dataclass(frozen=True, slots=True)
class ExistingShipment:
    """A shipment as it is."""

    pk: int
    number: str
    order: str
    external: str
    seller: str
    store: str
    status: str
    carrier: str
    tracking_number: str
    shipped_at: datetime | None

    @property
    def is_cancelled(self) -> bool:
        """Whether it was unpacked again."""
        return self.status == ShipmentStatus.CANCELLED

    def is_sent_by(self, name: str) -> bool:
        """Say whether a seller's code or store, or the shop itself, is meant."""
        wanted = name.casefold()
        return wanted in {self.seller.casefold() or HOUSE, self.store.casefold() or HOUSE}


def scoped_shipments(user: Any) -> QuerySet[Shipment]:
    """Return the shipments that a user may see; all for the house's own commands (None)."""
    return Shipment.objects.all() if user is None else visible(Shipment.objects.all(), user)


@dataclass(slots=True)
class Shipments:
    """Shipments by number and by order."""

    by_number: dict[str, ExistingShipment]
    by_order: dict[str, list[ExistingShipment]]


def read_shipments(user: Any, numbers: Collection[str], orders: Collection[str]) -> Shipments:
    """Read the shipments with some numbers, and those of some orders.

    Args:
        user: for whom.
        numbers: shipments' numbers.
        orders: numbers of orders, here or in other systems.
    """
    rows = scoped_shipments(user)
    found = Shipments({}, defaultdict(list))
    if numbers:
        found.by_number = {one.number: one for one in _read(rows.filter(number__among=list(numbers)))}
    if orders:
        for one in _read(rows.filter(order__number__among=list(orders))):
            found.by_order[one.order].append(one)
        left = [order for order in orders if order not in found.by_order]
        # An order's own number counts before what another system calls some order.
        for one in _read(rows.filter(order__external_reference__among=left)) if left else ():
            found.by_order[one.external].append(one)
    return found


def _read(rows: QuerySet[Shipment]) -> list[ExistingShipment]:
    columns = (
        "pk", "number", "order__number", "order__external_reference", "seller__code", "seller__store_name", "status",
        "carrier", "tracking_number", "shipped_at",
    )  # fmt: skip
    return [
        ExistingShipment(pk, number, order, external, seller or "", store or "", *rest)
        for pk, number, order, external, seller, store, *rest in rows.order_by("pk").values_list(*columns)
    ]

"""The demo shop's warehouse: parcels leave on the days of the pick-up and arrive as carriers report them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from backoffice.kernel import clock
from backoffice.seed import words
from orders.models import Order, OrderLine, Shipment
from orders.services.delivering import shipments_deliver
from orders.services.shipments import Packing, shipments_create
from orders.services.shipping import shipments_ship
from orders.states import ShipmentStatus

# Tuesday and Friday; a parcel arrives so many days later, and how often.
_PICK_UPS = {1: ((2, 3), (70, 30)), 4: ((3, 4), (70, 30))}
# What is paid by noon is packed by the time the carrier comes.
_PACKING = dt.timedelta(hours=3)

At = Callable[[dt.datetime, Callable[[], object]], None]


@dataclass(frozen=True)
class _Waiting:
    """A paid order that is to be sent.

    Attributes:
        ready: when it was handed to the warehouse.
        arrives: whether its parcels are to arrive; others are under way for ever.
        then: what the customer does when everything is there.
    """

    order: Order
    ready: dt.datetime
    arrives: bool
    then: Callable[[], object]


class Warehouse:
    """Packs what is paid, sends it on the next pick-up, and hears of it when it arrives.

    Args:
        random: the shop's source of chance.
        at: puts a step on the shop's calendar.
    """

    def __init__(self, random: Random, at: At) -> None:
        self.random = random
        self.at = at
        self._waiting: list[_Waiting] = []
        self._arriving: dict[dt.datetime, list[tuple[int, _Waiting]]] = defaultdict(list)

    def open(self, start: dt.datetime, end: dt.datetime) -> None:
        """Put the pick-ups between two moments on the calendar."""
        day = start.replace(hour=14, minute=0)
        while day < end:
            if day.weekday() in _PICK_UPS:
                self.at(day + dt.timedelta(minutes=self.random.randint(0, 45)), self._pick_up)
            day += dt.timedelta(days=1)

    def send(self, order: Order, *, arrives: bool, then: Callable[[], object]) -> None:
        """Take over a paid order."""
        self._waiting.append(_Waiting(order, clock.now() + _PACKING, arrives, then))

    def _pick_up(self) -> None:
        due = [item for item in self._waiting if item.ready <= clock.now()]
        if not due:
            return
        self._waiting = [item for item in self._waiting if item not in due]
        packed = list(self._parcels(due))
        ids = shipments_create(packings=[packing for packing, _ in packed])
        shipments_ship(shipment_ids=ids, reason="Picked up by the carrier")
        days, weights = _PICK_UPS[clock.now().weekday()]
        for pk, (_, item) in zip(ids, packed, strict=True):
            if item.arrives:
                day = clock.now() + dt.timedelta(days=self.random.choices(days, weights)[0])
                self._arrive(pk, item, day.replace(hour=17, minute=30))

    def _parcels(self, due: list[_Waiting]) -> Iterator[tuple[Packing, _Waiting]]:
        """Yield a parcel per order and seller."""
        lines: dict[int, dict[int, list[OrderLine]]] = defaultdict(lambda: defaultdict(list))
        rows = OrderLine.objects.filter(order__in=[item.order.pk for item in due]).select_related("seller")
        for line in rows.order_by("order_id", "seller_id", "position"):
            lines[line.order_id][line.seller_id].append(line)
        for item in due:
            for seller_id, own in lines[item.order.pk].items():
                packing = Packing(
                    order=item.order,
                    lines=[(line, line.to_ship) for line in own],
                    seller=own[0].seller,
                    carrier=self.random.choice(words.CARRIERS),
                    tracking_number=f"TRK{item.order.pk:06}{seller_id:02}",
                )
                yield packing, item
                if not item.arrives and self.random.random() < 0.4:
                    # The other seller's parcel is still being packed.
                    break

    def _arrive(self, shipment_id: int, item: _Waiting, moment: dt.datetime) -> None:
        if moment not in self._arriving:
            self.at(moment, lambda: self._report(moment))
        self._arriving[moment].append((shipment_id, item))

    def _report(self, moment: dt.datetime) -> None:
        """Hear from the carriers what arrived on a day."""
        arrived = self._arriving.pop(moment)
        shipments_deliver(shipment_ids=[pk for pk, _ in arrived], reason="Reported by the carrier")
        orders = {item.order.pk: item for _, item in arrived}
        under_way = Shipment.objects.filter(order__in=orders).exclude(status=ShipmentStatus.DELIVERED)
        missing = set(under_way.order_by().values_list("order", flat=True))
        for pk, item in orders.items():
            if pk not in missing:
                item.then()

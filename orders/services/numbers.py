"""Numbers of orders, parcels and returns."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from orders.models import NumberCounter

# The first number given out is the one after this; numbers of equal length sort as text.
START = 100_000
PREFIXES = {"order": "O-", "shipment": "S-", "return": "R-"}


def numbers_lock(*, kind: str) -> None:
    """Let nobody else take numbers of a kind until the transaction ends.

    Who looks whether an order is there already, and makes it where it is not, looks after this.

    Args:
        kind: order, shipment or return.
    """
    NumberCounter.objects.get_or_create(kind=kind, defaults={"last": START})
    NumberCounter.objects.select_for_update().get(kind=kind)


def numbers_take(*, kind: str, count: int = 1) -> list[str]:
    """Take the next numbers of a kind.

    The counter stays locked until the transaction ends: no number is given twice, one may be lost.

    Args:
        kind: order, shipment or return.
        count: how many numbers.
    """
    prefix = PREFIXES[kind]
    with transaction.atomic():
        counter = NumberCounter.objects.filter(kind=kind)
        if not counter.update(last=F("last") + count):
            NumberCounter.objects.get_or_create(kind=kind, defaults={"last": START})
            counter.update(last=F("last") + count)
        last = counter.values_list("last", flat=True).get()
    return [f"{prefix}{number}" for number in range(last - count + 1, last + 1)]

"""Writing down carriers and tracking numbers of thousands of parcels at once.

What has been checked is written as ``shipment_update`` would write it, history included; a test holds
both ways against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from backoffice.kernel.history.bulk import bulk_update
from orders.models import Shipment

# A parcel's status and its moments belong to the state machine.
_MAY_SET = frozenset({"carrier", "tracking_number"})


def shipments_bulk_track(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set carriers and tracking numbers.

    Args:
        columns: columns to set: carrier, tracking_number.
        rows: primary key, then the values, checked.

    Returns:
        How many were updated.
    """
    if not _MAY_SET.issuperset(columns):
        raise ValueError(f"Only carrier and tracking number are written here, not {', '.join(columns)}.")
    return bulk_update(Shipment, columns, rows)

"""The bulk write service for files with tracking numbers."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.transfers.service import (
    ApplyConflict,
    ApplyOutcome,
    PlannedChange,
    Staged,
    TransferService,
)
from backoffice.kernel.transfers.table import Batch
from orders.services.bulk_shipments import shipments_bulk_track
from orders.states import ShipmentStatus
from orders.transfers.tracking.existing import scoped_shipments
from orders.transfers.tracking.planning import WRITTEN, plan_tracking

_CHANGED = "Changed by somebody since the preview: {fields}."
_CANCELLED = "The shipment was cancelled since the preview."
_GONE = "Deleted since the preview."


class TrackingTransfer(TransferService):
    """Plan and write carriers and tracking numbers.

    Shipments are not sent off here, because that could not be taken back: where invoices are issued on
    shipment they stay, and a job that shipped is undone with every one of its orders or not at all. One
    wrong tracking number could then never be put right by undo. The list of shipments ships many at
    once, with a preview of its own.
    """

    def problems(self) -> list[str]:
        """Refuse a user who sees no shipments at all."""
        if self.run.seller_id is None or self.run.seller_id > 0:
            return []
        return ["Your log-in belongs to no store, so there are no shipments to track."]

    def plan(self, batch: Batch) -> list[Staged]:
        """Plan a chunk."""
        return plan_tracking(batch, self.run)

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk."""
        ids = sorted(change.object_id for change in changes)
        rows = scoped_shipments(self.run.user).filter(pk__among=ids).order_by("pk")
        locked = rows.select_for_update(of=("self",), no_key=True).values_list("pk", "status", *WRITTEN)
        now = {pk: (status, dict(zip(WRITTEN, values, strict=True))) for pk, status, *values in locked}
        conflicts: list[ApplyConflict] = []
        written = []
        for change in changes:
            status, values = now.get(change.object_id, ("", {}))
            reason = _conflict(change, status, values)
            if reason:
                conflicts.append(ApplyConflict(change.number, reason))
                continue
            new = {name: change.diff[name][1] if name in change.diff else value for name, value in values.items()}
            if new != values:
                written.append((change.object_id, *(new[name] for name in WRITTEN)))
        shipments_bulk_track(columns=WRITTEN, rows=sorted(written))
        return ApplyOutcome(conflicts)


def _conflict(change: PlannedChange, status: str, values: dict[str, str]) -> str:
    """Say why a row cannot be applied any more; "" where it can."""
    if not values:
        return _GONE
    if status == ShipmentStatus.CANCELLED:
        return _CANCELLED
    changed = [name.replace("_", " ") for name, entry in change.diff.items() if values[name] not in entry]
    return _CHANGED.format(fields=", ".join(changed)) if changed else ""

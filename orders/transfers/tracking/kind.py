"""Tracking numbers as a kind of upload and as an export."""

from __future__ import annotations

from backoffice.kernel.transfers.exports.kinds import ExportColumn, ExportKind
from backoffice.kernel.transfers.kinds import TransferKind
from orders.models import Shipment
from orders.transfers.tracking.resource import TrackingResource
from orders.transfers.tracking.service import TrackingTransfer

TRACKING = TransferKind(
    name="tracking",
    label="Tracking numbers",
    resource=TrackingResource,
    key="shipment",
    permission="orders.import_shipment",
    service=TrackingTransfer,
    tables=("orders.Shipment",),
    identifying=("shipment", "order"),
    intro=(
        "A row is a shipment that is there already; its carrier and tracking number are written down. It is found by "
        "its own number, or by the order's number where that order has one shipment only (of the seller named, if one "
        "is). Shipments are neither made nor sent off here: the list of shipments does that, many at once."
    ),
)

TRACKING_EXPORT = ExportKind(
    name="tracking",
    label="Tracking numbers",
    model=Shipment,
    columns=tuple(
        ExportColumn(name, str(field.attribute), TrackingResource.by_field()[name].label)
        for name, field in TrackingResource.fields.items()
    ),
    filters={"seller": "seller__code", "status": "status"},
)

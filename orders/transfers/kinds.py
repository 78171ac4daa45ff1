"""The kinds of files that orders take."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import register_export
from backoffice.kernel.transfers.exports.kinds import ExportKind
from backoffice.kernel.transfers.kinds import TransferKind, register_kind
from orders.transfers.sales.export import ORDERS_WITH_LINES
from orders.transfers.sales.kind import ORDERS_UPLOAD
from orders.transfers.tracking import TRACKING, TRACKING_EXPORT

KINDS: tuple[TransferKind, ...] = (ORDERS_UPLOAD, TRACKING)
EXPORTS: tuple[ExportKind, ...] = (ORDERS_WITH_LINES, TRACKING_EXPORT)


def register() -> None:
    """Register the kinds of upload, and the exports that bring their files back."""
    for kind in KINDS:
        register_kind(kind)
    for export in EXPORTS:
        register_export(export)

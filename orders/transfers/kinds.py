"""The kinds of files that orders take."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import register_export
from backoffice.kernel.transfers.exports.kinds import ExportKind
from backoffice.kernel.transfers.kinds import TransferKind, register_kind

KINDS: tuple[TransferKind, ...] = ()
EXPORTS: tuple[ExportKind, ...] = ()


def register() -> None:
    """Register the kinds of upload, and the exports that bring their files back."""
    for kind in KINDS:
        register_kind(kind)
    for export in EXPORTS:
        register_export(export)

"""Keeping mappings made by hand."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.addresses import name_in
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.mapping import FileMapping, fingerprint, mapping_of
from backoffice.kernel.transfers.models import SavedMapping, Upload
from backoffice.kernel.transfers.services.uploads import UploadRefused


def mapping_save(*, upload: Upload, name: str, owner: Any) -> SavedMapping:
    """Keep an upload's mapping under a name; one of the same name and owner is replaced.

    Args:
        upload: an upload whose columns are mapped.
        name: what its owner will find it by.
        owner: whose mapping it is.

    Raises:
        UploadRefused: no name, or nothing is mapped yet.
    """
    name = name_in(name)
    if not name:
        raise UploadRefused("Give the mapping a name.")
    if not upload.mapping:
        raise UploadRefused("The columns of this file are not mapped yet.")
    mapping = mapping_of(transfer_kind(upload.kind), upload.mapping)
    headings = fingerprint([match.header for match in mapping.mapping.matches])
    saved, _ = SavedMapping.objects.update_or_create(
        kind=upload.kind,
        owner=owner,
        name=name[:80],
        defaults={"headings": headings, "columns": _columns(mapping)},
    )
    return saved


def mapping_made_by_hand(upload: Upload) -> SavedMapping | None:
    """Return what people said of an upload's columns, not kept, for its mended rows; None where nobody had to.

    Args:
        upload: the upload whose wrong rows are mended.
    """
    if not upload.mapping:
        return None
    mapping = mapping_of(transfer_kind(upload.kind), upload.mapping)
    if mapping.shape is not None or not any(match.how == "chosen" for match in mapping.mapping.matches):
        return None
    return SavedMapping(kind=upload.kind, name=mapping.saved, columns=_columns(mapping))


def _columns(mapping: FileMapping) -> dict[str, dict[str, Any]]:
    return {
        match.header: {"field": match.field, "written": match.written.to_json()} for match in mapping.mapping.matches
    }

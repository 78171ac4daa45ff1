"""Keeping mappings made by hand."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.addresses import name_in
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.mapping import fingerprint, mapping_of
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
    mapping = mapping_of(transfer_kind(upload.kind), upload.mapping).mapping
    columns = {match.header: {"field": match.field, "written": match.written.to_json()} for match in mapping.matches}
    saved, _ = SavedMapping.objects.update_or_create(
        kind=upload.kind,
        owner=owner,
        name=name[:80],
        defaults={"headings": fingerprint([match.header for match in mapping.matches]), "columns": columns},
    )
    return saved

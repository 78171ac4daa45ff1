"""A table with its pictures: in one ZIP, or in a ZIP beside it."""

from __future__ import annotations

import io
from typing import IO, Any, NamedTuple

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_store
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.pictures.archive import picture_archive
from backoffice.kernel.transfers.pictures.packed import unpack_table
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.limits import Limits

# What ZIPs of pictures are stored for; nobody downloads them.
PURPOSE = "upload_pictures"


class Parcel(NamedTuple):
    """What came in: the table, its name, its pictures, and why it cannot be used where it cannot."""

    content: bytes | IO[bytes]
    name: str
    pictures: StoredFile | None = None
    error: str = ""


def parcel_open(
    *,
    kind: TransferKind,
    content: bytes | IO[bytes],
    name: str,
    pictures: bytes | IO[bytes] | None,
    owner: Any,
    limits: Limits,
) -> Parcel:
    """Tell the table from its pictures, and keep the pictures.

    Args:
        kind: what the rows are.
        content: the file, within the cap on its bytes.
        name: its name.
        pictures: a ZIP of pictures uploaded beside it.
        owner: who uploads.
        limits: caps.
    """
    if not kind.takes_pictures:
        return Parcel(content, name, error=f"No pictures come with {kind.label.lower()}." if pictures else "")
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    try:
        packed = unpack_table(file, limits)
        if packed is None:
            return Parcel(content, name, _kept_pictures(pictures, owner, limits))
        if pictures is not None:
            return Parcel(content, name, error="The file is a ZIP already; put all pictures into one of the two.")
        kept = _kept_pictures(file, owner, limits) if packed.has_pictures else None
        return Parcel(packed.content, packed.name, kept)
    except ReadError as error:
        return Parcel(content, name, error=str(error))


def _kept_pictures(content: bytes | IO[bytes] | None, owner: Any, limits: Limits) -> StoredFile | None:
    if content is None:
        return None
    with picture_archive(io.BytesIO(content) if isinstance(content, bytes) else content, limits) as archive:
        if not archive.pictures:
            raise ReadError("zip_empty", "The ZIP of pictures holds no picture.")
    name = str(getattr(content, "name", None) or "pictures.zip")
    return file_store(content=content, name=name, content_type="application/zip", purpose=PURPOSE, owner=owner)

"""A table with its pictures: in one ZIP, or in a ZIP beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, NamedTuple

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_store
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.pictures.archive import picture_archive
from backoffice.kernel.transfers.pictures.packed import unpacked_table
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.limits import Limits
from backoffice.kernel.transfers.reading.source import size_of
from backoffice.kernel.transfers.runs import upload_limits

# What ZIPs of pictures are stored for; nobody downloads them.
PURPOSE = "upload_pictures"


class Parcel(NamedTuple):
    """What came in: the table, its name, its pictures, and why it cannot be used where it cannot."""

    content: Any
    name: str
    pictures: StoredFile | None = None
    error: str = ""


@contextmanager
def parcel_opened(
    *,
    kind: TransferKind,
    content: bytes | IO[bytes],
    name: str,
    pictures: bytes | IO[bytes] | None,
    owner: Any,
) -> Iterator[Parcel]:
    """Check a file's size, tell the table from its pictures, and keep the pictures.

    Args:
        kind: what the rows are.
        content: the file.
        name: its name.
        pictures: a ZIP of pictures uploaded beside it.
        owner: who uploads.
    """
    limits = upload_limits()
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    with ExitStack() as stack:
        try:
            limits.check_bytes(size_of(file))
        except ReadError as error:
            yield Parcel(b"", name, error=str(error))
            return
        try:
            parcel = _parcel(kind, Parcel(file, name), pictures, owner, stack)
        except ReadError as error:
            parcel = Parcel(file, name, error=str(error))
        yield parcel


def _parcel(
    kind: TransferKind, whole: Parcel, pictures: bytes | IO[bytes] | None, owner: Any, stack: ExitStack
) -> Parcel:
    """Return the parcel of a file of an acceptable size; what it is unpacked to lasts as long as the stack."""
    if not kind.takes_pictures:
        return whole._replace(error=f"No pictures come with {kind.label.lower()}." if pictures else "")
    limits = upload_limits()
    packed = stack.enter_context(unpacked_table(whole.content, limits))
    if packed is None:
        return whole._replace(pictures=_kept_pictures(pictures, owner, limits))
    if pictures is not None:
        return whole._replace(error="The file is a ZIP already; put all pictures into one of the two.")
    kept = _kept_pictures(whole.content, owner, limits) if packed.has_pictures else None
    return Parcel(packed.content, packed.name, kept)


def _kept_pictures(content: bytes | IO[bytes] | None, owner: Any, limits: Limits) -> StoredFile | None:
    if content is None:
        return None
    with picture_archive(io.BytesIO(content) if isinstance(content, bytes) else content, limits) as archive:
        if not archive.pictures:
            raise ReadError("zip_empty", "The ZIP of pictures holds no picture.")
    name = str(getattr(content, "name", None) or "pictures.zip")
    return file_store(content=content, name=name, content_type="application/zip", purpose=PURPOSE, owner=owner)

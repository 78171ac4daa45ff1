"""The issuer's logo."""

from __future__ import annotations

from pathlib import PurePath

from backoffice.kernel.documents.errors import ImageRefused
from backoffice.kernel.documents.images import sanitise_image
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_store
from invoices.exceptions import InvoiceRefused

LOGO_PURPOSE = "issuer_logo"
# Printed at some five centimetres, more would only make each PDF heavier.
_MAX_PIXELS = 4_000_000
_MAX_BYTES = 2 * 1024 * 1024
_SUFFIXES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg")}


def logo_store(*, content: bytes, name: str) -> StoredFile:
    """Check a picture, write it anew without metadata, and keep it.

    Args:
        content: a PNG or JPEG file of at most 2 MB and 4 megapixels.
        name: its file name; the suffix is set by what the picture is.

    Raises:
        InvoiceRefused: it is something else, broken or too large.
    """
    try:
        image = sanitise_image(content, max_pixels=_MAX_PIXELS, max_bytes=_MAX_BYTES)
    except ImageRefused as error:
        raise InvoiceRefused(f"This logo cannot be used: {error}", field="logo_upload") from error
    suffix, content_type = _SUFFIXES[image.format]
    return file_store(
        content=image.bytes,
        name=f"{PurePath(name).stem or 'logo'}.{suffix}",
        content_type=content_type,
        purpose=LOGO_PURPOSE,
    )

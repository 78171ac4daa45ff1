"""A picture as a PDF holds it, and the block that places one."""

from __future__ import annotations

import functools
import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from backoffice.kernel.documents.errors import DoesNotFit
from backoffice.kernel.documents.images import SanitisedImage, sanitise_image

if TYPE_CHECKING:
    from backoffice.kernel.documents.page import Page

_KEPT_PICTURES = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels ready for a PDF, opaque and in sRGB.

    Attributes:
        key: names the content; equal pictures have equal keys.
        width: in pixels.
        height: in pixels.
        colour_space: ``"DeviceRGB"`` or ``"DeviceGray"``.
        filter: ``"DCTDecode"`` (JPEG) or ``"FlateDecode"``.
        data: the pixels, packed by the filter.
    """

    key: str
    width: int
    height: int
    colour_space: str
    filter: str
    data: bytes

    @classmethod
    def from_image(cls, image: SanitisedImage) -> Picture:
        """Make a sanitised image ready for print; transparency is laid on white.

        A soft mask is legal in PDF/A-3, but printers disagree about it.
        """
        return _picture(image.bytes, image.sha256, is_jpeg=image.format == "JPEG")

    @classmethod
    def from_bytes(cls, data: bytes) -> Picture:
        """Check a PNG or JPEG file and make it ready for print.

        Raises:
            ImageRefused: see :func:`~backoffice.kernel.documents.images.sanitise_image`.
        """
        return cls.from_image(_sanitised(data))


@functools.lru_cache(maxsize=_KEPT_PICTURES)
def _sanitised(data: bytes) -> SanitisedImage:
    return sanitise_image(data)


@functools.lru_cache(maxsize=_KEPT_PICTURES)
def _picture(data: bytes, key: str, *, is_jpeg: bool) -> Picture:
    with Image.open(io.BytesIO(data)) as opened:
        grey = opened.mode == "L"
        space = "DeviceGray" if grey else "DeviceRGB"
        if is_jpeg:
            return Picture(key, opened.width, opened.height, space, "DCTDecode", data)
        if opened.mode == "RGBA":
            flat = Image.new("RGB", opened.size, "white")
            flat.paste(opened, mask=opened.getchannel("A"))
        else:
            flat = opened.convert("L" if grey else "RGB")
        return Picture(key, flat.width, flat.height, space, "FlateDecode", zlib.compress(flat.tobytes()))


class PictureBlock:
    """A picture fitted into a box, at its start side.

    Args:
        picture: what to show.
        max_width: in points.
        max_height: in points.
    """

    __slots__ = ("_max_height", "_max_width", "_picture")

    def __init__(self, picture: Picture, *, max_width: float, max_height: float) -> None:
        if max_width <= 0 or max_height <= 0:
            raise DoesNotFit(f"a picture needs a box, not {max_width} × {max_height} points")
        self._picture = picture
        self._max_width = max_width
        self._max_height = max_height

    def size(self, width: float) -> tuple[float, float]:
        """Return width and height in points, in the proportions of the picture."""
        picture = self._picture
        per_pixel = min(
            min(self._max_width, width) / picture.width,
            self._max_height / picture.height,
        )
        return picture.width * per_pixel, picture.height * per_pixel

    def height(self, width: float) -> float:
        """Return the height in points that the picture takes at a width."""
        return self.size(width)[1]

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the picture with its upper start corner at (x, top)."""
        drawn_width, drawn_height = self.size(width)
        page.picture(self._picture, x=x, top=top, width=drawn_width, height=drawn_height)

    def split(self, width: float, room: float) -> None:
        """Pictures do not break."""
        del width, room

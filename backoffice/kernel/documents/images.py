"""Pictures from outside, made safe: checked before decoding, decoded once, written anew.

An uploaded picture may be a bomb (a few hundred kilobytes that unpack to
gigabytes), a different format under a borrowed name, or may carry a place and
a camera in its metadata. What leaves here is a fresh PNG or JPEG in sRGB.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageCms, ImageOps

from backoffice.kernel.documents.errors import ImageRefused

Format = Literal["PNG", "JPEG"]
FORMATS: tuple[Format, ...] = ("PNG", "JPEG")
MAX_PIXELS = 25_000_000  # some 100 MB while decoded
MAX_BYTES = 20 * 1024 * 1024
MAX_SIDE = 30_000
_JPEG_QUALITY = 90
_MEGA = 1_000_000
_PNG_HEAD = 24
_BAD_PICTURE = (OSError, EOFError, SyntaxError, ValueError, struct.error, zlib.error, Image.DecompressionBombError)
# JPEG markers (ITU-T T.81, table B.1)
_FILL = 0xFF
_MARKERS_WITHOUT_LENGTH = (0x01, *range(0xD0, 0xD8))
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_END_OR_SCAN = (0xD9, 0xDA)
_OTHER_FORMATS = (
    (b"8BPS", "a Photoshop file"),
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or Office file"),
    (b"<", "an SVG, XML or HTML text"),
    (b"\xef\xbb\xbf<", "an SVG, XML or HTML text"),
    (b"\0\0\1\0", "an icon file"),
)


@dataclass(frozen=True, slots=True)
class SanitisedImage:
    """A picture that was decoded and written anew.

    Attributes:
        bytes: the file.
        width: in pixels.
        height: in pixels.
        format: ``"PNG"`` or ``"JPEG"``.
        sha256: of ``bytes``, in hex; equal pictures from equal files have equal sums.
    """

    bytes: bytes
    width: int
    height: int
    format: Format
    sha256: str


def sanitise_image(
    data: bytes,
    *,
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
    formats: Collection[Format] = FORMATS,
) -> SanitisedImage:
    """Check a picture and write it anew, without metadata, upright and in sRGB.

    Args:
        data: the file as uploaded; its name plays no part.
        max_pixels: width × height, checked against the file's header before decoding.
        max_bytes: size of the file.
        formats: which of PNG and JPEG are accepted.

    Raises:
        ImageRefused: too large, of another format, damaged or cut short; the
            message is meant for the person who uploaded the file.
    """
    picture, kind = _decode(data, max_pixels=max_pixels, max_bytes=max_bytes, formats=formats)
    return _encode(picture, kind)


def thumbnail(data: bytes, box: tuple[int, int], *, max_pixels: int = MAX_PIXELS) -> SanitisedImage:
    """Fit a picture into a box of pixels; it keeps its proportions and never grows.

    Args:
        data: a PNG or JPEG file; it is checked as by :func:`sanitise_image`.
        box: largest width and height in pixels.
        max_pixels: width × height of the source.

    Raises:
        ImageRefused: as in :func:`sanitise_image`.
    """
    picture, kind = _decode(data, max_pixels=max_pixels, max_bytes=MAX_BYTES, formats=FORMATS)
    picture.thumbnail(box, Image.Resampling.LANCZOS)
    return _encode(picture, kind)


def _decode(data: bytes, *, max_pixels: int, max_bytes: int, formats: Collection[Format]) -> tuple[Image.Image, Format]:
    if not data:
        raise ImageRefused("the file is empty")
    if len(data) > max_bytes:
        raise ImageRefused(f"the file has {len(data) / _MEGA:.1f} MB; at most {max_bytes / _MEGA:.1f} MB are accepted")
    kind = _sniff(data, formats)
    try:
        width, height = _png_size(data) if kind == "PNG" else _jpeg_size(data)
    except (struct.error, IndexError):
        raise ImageRefused(f"the {kind} file is damaged or cut short") from None
    if not 0 < width <= MAX_SIDE or not 0 < height <= MAX_SIDE:
        raise ImageRefused(f"the picture is {width} × {height} pixels; each side may have 1 to {MAX_SIDE}")
    allowed = min(max_pixels, Image.MAX_IMAGE_PIXELS or max_pixels)
    if width * height > allowed:
        raise ImageRefused(
            f"the picture is {width} × {height} = {width * height / _MEGA:.1f} megapixels; "
            f"at most {allowed / _MEGA:.1f} are accepted"
        )
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as opened:
            # The decoder must see the size that was checked above.
            if opened.size == (width, height):
                opened.load()
                return _upright_srgb(opened), kind
    except _BAD_PICTURE:
        raise ImageRefused(f"the {kind} file is damaged or cut short") from None
    raise ImageRefused(f"the {kind} file contradicts itself about its size")


def _sniff(data: bytes, formats: Collection[Format]) -> Format:
    found: Format | None = None
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        found = "PNG"
    elif data.startswith(b"\xff\xd8\xff"):
        found = "JPEG"
    if found is not None and found in formats:
        return found
    name = f"a {found}" if found else None
    if data[8:12] == b"WEBP":
        name = "a WebP"
    elif data[4:8] == b"ftyp":
        name = "a HEIC, AVIF or video file"
    name = name or next((words for start, words in _OTHER_FORMATS if data.startswith(start)), "no known picture format")
    raise ImageRefused(f"the file is {name}; please upload {' or '.join(formats)}")


def _png_size(data: bytes) -> tuple[int, int]:
    if len(data) < _PNG_HEAD or data[12:16] != b"IHDR":
        raise IndexError
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments up to the frame header (ITU-T T.81, B.2.2)."""
    position = 2
    while True:
        if data[position] != _FILL:
            raise IndexError
        marker = data[position + 1]
        if marker == _FILL:
            position += 1
            continue
        if marker in _MARKERS_WITHOUT_LENGTH:
            position += 2
            continue
        if marker in _FRAME_HEADERS:
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        if marker in _END_OR_SCAN:  # without a frame header before
            raise IndexError
        (length,) = struct.unpack(">H", data[position + 2 : position + 4])
        position += 2 + length


def _upright_srgb(picture: Image.Image) -> Image.Image:
    """Turn the picture as its camera meant it and bring its colours to sRGB; drop all else."""
    profile = picture.info.get("icc_profile")
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        picture = _with_srgb_colours(picture, profile)
    if has_alpha:
        picture = picture.convert("RGBA")
    elif picture.mode not in ("L", "RGB"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    return fresh


def _with_srgb_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        mode = "L" if picture.mode == "L" else "RGB"
        converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a profile that does not fit its picture is dropped with the rest
    return (converted or picture).convert(mode)


def _encode(picture: Image.Image, kind: Format) -> SanitisedImage:
    output = io.BytesIO()
    if kind == "JPEG":
        if picture.mode == "RGBA":
            picture = picture.convert("RGB")
        picture.save(output, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    else:
        picture.save(output, "PNG")
    content = output.getvalue()
    return SanitisedImage(
        bytes=content,
        width=picture.width,
        height=picture.height,
        format=kind,
        sha256=hashlib.sha256(content).hexdigest(),
    )

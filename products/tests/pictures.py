"""Pictures, and files that only look like them, for tests."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image


def picture(colour: str = "red", *, size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    """Return a picture of one colour."""
    output = io.BytesIO()
    Image.new("RGB", size, colour).save(output, kind)
    return output.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """Return a small PNG whose header promises a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def packed(**files: bytes) -> bytes:
    """Return a ZIP; ``__`` in a keyword stands for a point: ``packed(front__png=picture())``."""
    return zipped({name.replace("__", "."): content for name, content in files.items()})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of path → content."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return output.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PSD = b"8BPS" + bytes(100)

"""Pictures from outside: what is refused before decoding, what is dropped, what comes out."""

import hashlib
import io
import resource
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from backoffice.kernel.documents.errors import ImageRefused
from backoffice.kernel.documents.images import sanitise_image, thumbnail
from backoffice.kernel.documents.pictures import Picture

from .samples import jpeg, png


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int, height: int) -> bytes:
    """Return a small file that unpacks to width × height black pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(bytes(1 + 3 * width)) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_png_is_written_anew():
    image = sanitise_image(png(40, 20))
    assert (image.width, image.height, image.format) == (40, 20, "PNG")
    assert image.sha256 == hashlib.sha256(image.bytes).hexdigest()
    assert opened(image.bytes).getpixel((5, 5)) == (0, 0, 128)


def test_a_jpeg_stays_a_jpeg():
    image = sanitise_image(jpeg(40, 20))
    assert (image.width, image.height, image.format) == (40, 20, "JPEG")
    assert opened(image.bytes).format == "JPEG"


def test_the_same_file_gives_the_same_picture():
    assert sanitise_image(jpeg()) == sanitise_image(jpeg())


def test_a_bomb_is_refused_before_it_is_decoded_in_little_memory():
    bomb = png_bomb(20_000, 9_000)
    assert len(bomb) < 600_000
    program = (
        "import sys, time\n"
        "from backoffice.kernel.documents.images import sanitise_image, ImageRefused\n"
        "data = sys.stdin.buffer.read()\n"
        "start = time.monotonic()\n"
        "try:\n"
        "    sanitise_image(data)\n"
        "except ImageRefused as refusal:\n"
        "    print(refusal, '|', time.monotonic() - start < 1)\n"
    )

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20, 400 * 2**20))

    done = subprocess.run(
        [sys.executable, "-c", program], input=bomb, capture_output=True, check=True, timeout=60, preexec_fn=limit
    )
    assert done.stdout.decode().strip() == (
        "the picture is 20000 × 9000 = 180.0 megapixels; at most 25.0 are accepted | True"
    )


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"8BPS\0\1", "a Photoshop file"),
        (b"GIF89a", "a GIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG, XML or HTML text"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "an SVG, XML or HTML text"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP"),
        (b"\0\0\0\x18ftypheic", "a HEIC, AVIF or video file"),
        (b"BM\0\0", "a BMP"),
        (b"II*\0", "a TIFF"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "a ZIP archive or Office file"),
        (b"just text", "no known picture format"),
    ],
)
def test_other_formats_are_named_and_refused(start, name):
    with pytest.raises(ImageRefused) as refusal:
        sanitise_image(start + bytes(100))
    assert str(refusal.value) == f"the file is {name}; please upload PNG or JPEG"


def test_the_formats_can_be_narrowed():
    with pytest.raises(ImageRefused, match="the file is a JPEG; please upload PNG"):
        sanitise_image(jpeg(), formats=("PNG",))


def test_an_empty_file_and_one_too_large_are_refused():
    with pytest.raises(ImageRefused, match="the file is empty"):
        sanitise_image(b"")
    with pytest.raises(ImageRefused, match=r"the file has 2.0 MB; at most 1.0 MB are accepted"):
        sanitise_image(bytes(2_000_000), max_bytes=1_000_000)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_file_cut_short_is_refused_wherever_it_is_cut(kind):
    output = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(output, kind)
    whole = output.getvalue()
    for end in (9, 15, 30, len(whole) // 2, len(whole) - 100):
        with pytest.raises(ImageRefused) as refusal:
            sanitise_image(whole[:end])
        assert str(refusal.value) == f"the {kind} file is damaged or cut short"


@pytest.mark.parametrize("make", [png, jpeg])
def test_a_damaged_file_is_decoded_or_refused_and_nothing_else(make):
    whole = make(60, 60)
    refused = 0
    for position in range(0, len(whole), 7):
        damaged = whole[:position] + bytes([whole[position] ^ 0x5A]) + whole[position + 1 :]
        try:
            image = sanitise_image(damaged)
        except ImageRefused:
            refused += 1
        else:
            assert image.width * image.height <= 25_000_000
    assert refused > 5


@pytest.mark.parametrize(
    ("size", "message"),
    [((0, 5), "0 × 5 pixels"), ((40_000, 1), "each side may have 1 to 30000"), ((5001, 5000), "25.0 megapixels")],
)
def test_sizes_out_of_bounds_are_refused(size, message):
    head = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")
    with pytest.raises(ImageRefused, match=message):
        sanitise_image(data)


def test_a_jpeg_that_lies_about_its_size_is_refused():
    whole = bytearray(jpeg(100, 100))
    frame = whole.index(b"\xff\xc0")
    whole[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    with pytest.raises(ImageRefused, match="65000 × 65000"):
        sanitise_image(bytes(whole))


def test_the_size_cap_is_the_callers():
    assert sanitise_image(png(100, 100), max_pixels=10_000).width == 100
    with pytest.raises(ImageRefused, match="101 × 100"):
        sanitise_image(png(101, 100), max_pixels=10_000)


def test_metadata_and_what_hangs_behind_the_picture_are_dropped():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "a secret")
    data = png(pnginfo=notes) + b"<script>alert(1)</script>"
    image = sanitise_image(data)
    assert b"secret" not in image.bytes
    assert b"script" not in image.bytes
    assert opened(image.bytes).info == {}


def test_exif_is_dropped_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90°
    exif[0x010E] = "a secret place"
    image = sanitise_image(jpeg(40, 20, exif=exif, comment=b"a secret"))
    assert (image.width, image.height) == (20, 40)
    assert b"secret" not in image.bytes
    assert dict(opened(image.bytes).getexif()) == {}


def test_colours_are_brought_to_srgb():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = sanitise_image(png(icc_profile=lab))
    assert opened(image.bytes).getpixel((0, 0)) == pytest.approx((0, 0, 128), abs=2)
    assert "icc_profile" not in opened(image.bytes).info


def test_a_profile_that_is_none_is_dropped():
    assert sanitise_image(png(icc_profile=b"no profile")).width == 40


@pytest.mark.parametrize(
    ("mode", "colour", "out_mode", "pixel"),
    [
        ("L", 200, "L", 200),
        ("1", 1, "L", 255),
        ("P", 0, "RGB", (0, 0, 0)),
        ("LA", (200, 128), "RGBA", (200, 200, 200, 128)),
        ("RGBA", (1, 2, 3, 4), "RGBA", (1, 2, 3, 4)),
        ("I;16", 0x8000, "L", 128),
    ],
)
def test_every_mode_of_png_is_read(mode, colour, out_mode, pixel):
    image = opened(sanitise_image(png(mode=mode, colour=colour)).bytes)
    assert image.mode == out_mode
    assert image.getpixel((3, 3)) == pixel


def test_a_cmyk_jpeg_becomes_rgb():
    output = io.BytesIO()
    Image.new("CMYK", (10, 10), (0, 255, 255, 0)).save(output, "JPEG")
    image = sanitise_image(output.getvalue())
    assert opened(image.bytes).mode == "RGB"
    assert Picture.from_image(image).colour_space == "DeviceRGB"


def test_a_thumbnail_fits_its_box_and_keeps_its_proportions():
    small = thumbnail(jpeg(400, 200), (100, 100))
    assert (small.width, small.height, small.format) == (100, 50, "JPEG")
    assert opened(small.bytes).size == (100, 50)


def test_a_thumbnail_never_grows():
    assert (thumbnail(png(40, 20), (100, 100)).width, thumbnail(png(40, 20), (100, 100)).height) == (40, 20)


def test_a_thumbnail_keeps_transparency():
    small = thumbnail(png(400, 200, mode="RGBA", colour=(255, 0, 0, 100)), (10, 10))
    assert opened(small.bytes).getpixel((2, 2)) == (255, 0, 0, 100)


def test_a_thumbnail_of_a_bomb_is_refused():
    with pytest.raises(ImageRefused, match=r"at most 0\.0 are accepted"):
        thumbnail(png(100, 100), (10, 10), max_pixels=9_999)

"""Drawn pictures of the demo shop's goods."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

SIDE = 360
_JPEG_QUALITY = 88
_BACKGROUNDS = ("#eef2f5", "#f4efe6", "#eaf1ea", "#f5ecec", "#ececf6")
_COLOURS = ("#4a6070", "#5f7f52", "#b0583a", "#c9a96a", "#7a5a86", "#2f6f79")

# Shapes as polygons and ellipses on a square of 100.
_Shape = tuple[tuple[str, tuple[float, ...]], ...]
_SHAPES: dict[str, _Shape] = {
    "box": (("rectangle", (25, 30, 75, 78)), ("line", (25, 45, 75, 45))),
    "pot": (("ellipse", (28, 35, 72, 80)), ("line", (72, 50, 86, 40)), ("rectangle", (44, 26, 56, 36))),
    "board": (("rectangle", (22, 38, 78, 66)), ("ellipse", (68, 48, 74, 56))),
    "mug": (("rectangle", (32, 34, 64, 76)), ("arc", (58, 42, 80, 68))),
    "lamp": (("polygon", (36, 22, 64, 22, 76, 52, 24, 52)), ("line", (50, 52, 50, 80)), ("line", (36, 80, 64, 80))),
    "cushion": (("polygon", (24, 28, 50, 34, 76, 28, 72, 52, 76, 76, 50, 70, 24, 76, 28, 52)),),
    "clock": (("ellipse", (24, 24, 76, 76)), ("line", (50, 50, 50, 32)), ("line", (50, 50, 64, 56))),
    "shirt": (("polygon", (34, 24, 66, 24, 86, 42, 74, 52, 68, 46, 68, 80, 32, 80, 32, 46, 26, 52, 14, 42)),),
    "scarf": (("polygon", (36, 18, 64, 18, 60, 52, 68, 84, 54, 84, 48, 56, 42, 84, 28, 84, 40, 52)),),
    "bag": (("rectangle", (28, 42, 72, 82)), ("arc", (38, 22, 62, 62))),
    "book": (("rectangle", (32, 22, 70, 80)), ("line", (38, 22, 38, 80)), ("line", (46, 36, 62, 36))),
    "pen": (("polygon", (24, 76, 30, 62, 70, 22, 78, 30, 38, 70)), ("line", (30, 62, 38, 70))),
    "train": (
        ("rectangle", (20, 44, 58, 68)),
        ("rectangle", (58, 30, 80, 68)),
        ("ellipse", (26, 64, 42, 80)),
        ("ellipse", (58, 64, 74, 80)),
    ),
}


def picture(*, shape: str, number: int) -> bytes:
    """Draw a kind of goods as a JPEG; equal arguments give equal bytes, other numbers other pictures.

    Args:
        shape: one of the shapes above.
        number: chooses colours and a mark, so that no two products share a picture.
    """
    image = Image.new("RGB", (SIDE, SIDE), _BACKGROUNDS[number % len(_BACKGROUNDS)])
    draw = ImageDraw.Draw(image)
    colour = _COLOURS[number % len(_COLOURS)]
    scale = SIDE / 100
    for kind, points in _SHAPES[shape]:
        placed = [point * scale for point in points]
        if kind == "line":
            draw.line(placed, fill="#24303a", width=5)
        elif kind == "arc":
            draw.arc(placed, start=250, end=110 if shape == "mug" else 290, fill=colour, width=12)
        else:
            getattr(draw, kind)(placed, fill=colour, outline="#24303a", width=4)
    # A row of dots counts the product in binary.
    for bit in range(12):
        if number >> bit & 1:
            left = 18 + bit * 27
            draw.ellipse((left, SIDE - 24, left + 11, SIDE - 13), fill=colour)
    output = BytesIO()
    image.save(output, "JPEG", quality=_JPEG_QUALITY)
    return output.getvalue()

"""From the order of reading to the order on the line (Unicode Standard Annex #9).

A PDF shows glyphs from left to right, so a line that holds Arabic or Hebrew is
put into visual order first: letters joined, runs reversed, brackets mirrored.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import NamedTuple

from arabic_reshaper import ArabicReshaper
from bidi.mirror import MIRRORED

from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.levels import embedding_levels

_STRONG_RTL = ("R", "AL")
_FIRST_RTL = "\u0590"
_KEPT_LINES = 4096

# Vowel marks are data and stay. The ligature for "Allah" is no glyph of the
# font; lam with alef is the one that the script requires.
_reshaper = ArabicReshaper(configuration={"delete_harakat": False, "ARABIC LIGATURE ALLAH": False})


def has_rtl(text: str) -> bool:
    """Say whether the text holds a character of a right-to-left script."""
    if text.isascii() or max(text) < _FIRST_RTL:
        return False
    return any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text)


def is_rtl(text: str, *, in_rtl_document: bool) -> bool:
    """Decide the base direction of a paragraph.

    In a right-to-left document each paragraph with any right-to-left letter
    runs that way, even if it opens with a Latin name; a wholly Latin one
    ("GmbH (Berlin)") does not, or its brackets would fall apart. In a
    left-to-right document the first letter decides (rules P2 and P3).
    """
    if not has_rtl(text):
        return False
    if in_rtl_document:
        return True
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((kind in _STRONG_RTL for kind in strong if kind in ("L", *_STRONG_RTL)), False)


@functools.lru_cache(maxsize=_KEPT_LINES)
def shape(text: str) -> str:
    """Join Arabic letters; the text stays in reading order."""
    return str(_reshaper.reshape(text))


class Run(NamedTuple):
    """Glyphs of one direction that stand together on a line, as drawn from left to right.

    ``start`` is where the run begins in reading order. Readers of PDF expect
    each run as it is drawn, and the runs in the order of the text.
    """

    glyphs: str
    start: int


@functools.lru_cache(maxsize=_KEPT_LINES)
def runs(line: str, *, rtl: bool) -> tuple[Run, ...]:
    """Put one line into the order in which it is drawn from left to right.

    Args:
        line: one line of a paragraph, in reading order; wrapped before, never after.
        rtl: the base direction of its paragraph.
    """
    shaped = shape(line)
    levels = embedding_levels(shaped, rtl=rtl)
    found: list[Run] = []
    previous = None
    for position in _visual_order(levels):
        level = levels[position]
        glyph = shaped[position]
        if level % 2 and unicodedata.mirrored(glyph):  # rule L4
            glyph = _mirrors().get(glyph, glyph)
        step = -1 if level % 2 else 1
        if previous is not None and position == previous + step and levels[previous] == level:
            last = found[-1]
            found[-1] = Run(last.glyphs + glyph, min(last.start, position))
        else:
            found.append(Run(glyph, position))
        previous = position
    return tuple(found)


@functools.cache
def _mirrors() -> dict[str, str]:
    """Return the mirrored forms that both faces can draw; a few mathematical signs have none."""
    faces = (face(), face(bold=True))
    return {plain: mirror for plain, mirror in MIRRORED.items() if all(one.covers(mirror) for one in faces)}


def _visual_order(levels: list[int]) -> list[int]:
    """Apply rule L2: reverse each stretch of a level or higher, from the highest level down."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = None
        for position in range(len(order) + 1):
            if position < len(order) and levels[order[position]] >= level:
                start = position if start is None else start
            elif start is not None:
                order[start:position] = reversed(order[start:position])
                start = None
    return order

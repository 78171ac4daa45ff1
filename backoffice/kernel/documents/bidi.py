"""From the order of reading to the order on the line (Unicode Standard Annex #9).

A PDF shows glyphs from left to right, so a line that holds Arabic or Hebrew is
put into visual order first: letters joined, runs reversed, brackets mirrored.

This is the algorithm without explicit embeddings: override and isolate
characters in the data count as nothing, so that a name cannot turn the rest of
its line around. Bracket pairs (rule N0) are resolved, which the pure Python
implementations at hand leave out: "قميص T-shirt (XL)" needs it.
"""

from __future__ import annotations

import functools
import unicodedata
from itertools import pairwise
from typing import NamedTuple

from arabic_reshaper import ArabicReshaper
from bidi.mirror import MIRRORED

_STRONG_RTL = ("R", "AL")
_AS_RTL = ("R", "EN", "AN")  # numbers count as R beside brackets and neutrals
_NEUTRAL = ("B", "S", "WS", "ON")
_INVISIBLE = ("BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_SAME_BRACKET = {"\u2329": "\u3008", "\u232a": "\u3009"}
_MAX_OPEN_BRACKETS = 63
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
            glyph = MIRRORED.get(glyph, glyph)
        step = -1 if level % 2 else 1
        if previous is not None and position == previous + step and levels[previous] == level:
            last = found[-1]
            found[-1] = Run(last.glyphs + glyph, min(last.start, position))
        else:
            found.append(Run(glyph, position))
        previous = position
    return tuple(found)


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


def embedding_levels(text: str, *, rtl: bool) -> list[int]:
    """Resolve the level of each character: odd runs to the left, even to the right."""
    base = int(rtl)
    embedding = "R" if rtl else "L"
    originals = [unicodedata.bidirectional(character) or "L" for character in text]
    visible = [position for position, kind in enumerate(originals) if kind not in _INVISIBLE]
    kinds = [originals[position] for position in visible]
    _resolve_weak(kinds, embedding)
    _resolve_brackets([text[position] for position in visible], kinds, originals, visible, embedding)
    _resolve_neutral(kinds, embedding)
    levels = [base] * len(text)
    for position, kind in zip(visible, kinds, strict=True):
        levels[position] = _implicit_level(base, kind)
    for position, kind in enumerate(originals):  # what is invisible stays with its neighbour
        if kind in _INVISIBLE and position:
            levels[position] = levels[position - 1]
    for position in range(len(text) - 1, -1, -1):  # rule L1: white space at the end of the line
        if originals[position] not in ("WS", "S", "B", *_INVISIBLE):
            break
        levels[position] = base
    return levels


def _implicit_level(base: int, kind: str) -> int:
    """Apply rules I1 and I2."""
    if base % 2:
        return base if kind == "R" else base + 1
    return base + {"L": 0, "R": 1}.get(kind, 2)


def _resolve_weak(kinds: list[str], embedding: str) -> None:
    """Apply rules W1 to W7 in place."""
    strong = previous = embedding
    for position, kind in enumerate(kinds):  # W1, W2, W3
        if kind == "NSM":
            kind = previous
        elif kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL":
            kind = "AN"
        kinds[position] = previous = kind
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for position in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[position - 1 : position + 2]
        if before == after and ((before == "EN" and kind in ("ES", "CS")) or (before == "AN" and kind == "CS")):
            kinds[position] = before
    for forward in (True, False):  # W5
        positions = list(range(len(kinds))) if forward else list(range(len(kinds) - 1, -1, -1))
        for earlier, position in pairwise(positions):
            if kinds[position] == "ET" and kinds[earlier] == "EN":
                kinds[position] = "EN"
    strong = embedding
    for position, kind in enumerate(kinds):  # W6, W7
        if kind in ("ES", "ET", "CS"):
            kinds[position] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[position] = "L"


def _bracket_pairs(characters: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    """Find bracket pairs (definition BD16), in the order of their opening."""
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for position, character in enumerate(characters):
        if kinds[position] != "ON":
            continue
        bracket = _SAME_BRACKET.get(character, character)
        category = unicodedata.category(bracket)
        if category not in ("Ps", "Pe") or bracket not in MIRRORED:
            continue
        if category == "Ps":
            if len(waiting) == _MAX_OPEN_BRACKETS:
                break
            waiting.append((MIRRORED[bracket], position))
            continue
        for depth in range(len(waiting) - 1, -1, -1):
            if waiting[depth][0] == bracket:
                pairs.append((waiting[depth][1], position))
                del waiting[depth:]
                break
    return sorted(pairs)


def _direction(kind: str) -> str:
    return "R" if kind in _AS_RTL else kind


def _resolve_brackets(
    characters: list[str], kinds: list[str], originals: list[str], visible: list[int], embedding: str
) -> None:
    """Apply rule N0 in place: both brackets of a pair take one direction."""
    for opening, closing in _bracket_pairs(characters, kinds):
        inside = {_direction(kind) for kind in kinds[opening + 1 : closing]}
        if embedding in inside:
            direction = embedding
        elif inside & {"L", "R"}:
            before = (_direction(kind) for kind in reversed(kinds[:opening]))
            direction = next((kind for kind in before if kind in ("L", "R")), embedding)
        else:
            continue
        for bracket in (opening, closing):
            kinds[bracket] = direction
            following = bracket + 1
            while following < len(kinds) and originals[visible[following]] == "NSM":
                kinds[following] = direction
                following += 1


def _resolve_neutral(kinds: list[str], embedding: str) -> None:
    """Apply rules N1 and N2 in place."""
    position = 0
    while position < len(kinds):
        if kinds[position] not in _NEUTRAL:
            position += 1
            continue
        end = position
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        before = _direction(kinds[position - 1]) if position else embedding
        after = _direction(kinds[end]) if end < len(kinds) else embedding
        kinds[position:end] = [before if before == after else embedding] * (end - position)
        position = end

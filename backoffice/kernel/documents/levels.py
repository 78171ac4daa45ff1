"""Which characters of a line run to the left, and which to the right (Unicode Standard Annex #9).

This is the algorithm without explicit embeddings: override and isolate
characters in the data count as nothing, so that a name cannot turn the rest of
its line around. Bracket pairs (rule N0) are resolved, which the pure Python
implementation in python-bidi leaves out: "قميص T-shirt (XL)" needs it.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from bidi.mirror import MIRRORED

_AS_RTL = ("R", "EN", "AN")  # numbers count as R beside brackets and neutrals
_NEUTRAL = ("B", "S", "WS", "ON")
_INVISIBLE = ("BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_SAME_BRACKET = {"\u2329": "\u3008", "\u232a": "\u3009"}
_MAX_OPEN_BRACKETS = 63


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
    _resolve_marks_and_arabic(kinds, embedding)
    for position in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[position - 1 : position + 2]
        joins = (before == "EN" and kind in ("ES", "CS")) or (before == "AN" and kind == "CS")
        if joins and before == after:
            kinds[position] = before
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):  # W5
        for earlier, position in pairwise(order):
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


def _resolve_marks_and_arabic(kinds: list[str], embedding: str) -> None:
    """Apply rules W1 to W3 in place."""
    strong = previous = embedding
    for position, original in enumerate(kinds):
        kind = previous if original == "NSM" else original
        if original in ("L", "R", "AL"):
            strong = original
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        kinds[position] = previous = kind
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]


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

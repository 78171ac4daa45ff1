"""What a number in a cell means by its format: a plain number, a date, a percentage, digits with leading zeros."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from .xml import elements

Meaning = Literal["number", "date", "elapsed", "percent", "padded"]


class CellStyle(NamedTuple):
    """Hold the meaning of a cell format; `digits` is the length of a padded number."""

    meaning: Meaning = "number"
    digits: int = 0


PLAIN = CellStyle()
# Formats that have a number and no code of their own (ECMA-376 part 1, 18.8.30); 27 to 36
# and 50 to 58 are dates of the East Asian versions.
_BUILT_IN: dict[int, CellStyle] = {
    9: CellStyle("percent"),
    10: CellStyle("percent"),
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(50, 59), 45, 47), CellStyle("date")),
    46: CellStyle("elapsed"),
}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKET = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_PADDED = re.compile(r"0{2,20}")
_MOST_STYLES = 100_000


def style_of_code(code: str) -> CellStyle:
    """Return the meaning of a format code such as "dd/mm/yyyy", "0.00%", "00000" or "[h]:mm"."""
    first = _LITERAL.sub("", code).split(";")[0]
    if _ELAPSED.search(first):
        return CellStyle("elapsed")
    bare = _BRACKET.sub("", first).strip()
    if _PADDED.fullmatch(bare):
        return CellStyle("padded", len(bare))
    if "%" in bare:
        return CellStyle("percent")
    if bare.casefold() != "general" and re.search(r"[dmyhs]", bare, re.IGNORECASE):
        return CellStyle("date")
    return PLAIN


def read_styles(pieces: Iterable[bytes]) -> list[CellStyle]:
    """Return the meaning of each cell format (`cellXfs`) of a workbook, in order."""
    codes: dict[str, CellStyle] = {}
    styles: list[CellStyle] = []
    inside = False
    for name, attributes in elements(pieces):
        if name == "numFmt" and "numFmtId" in attributes:
            codes[attributes["numFmtId"]] = style_of_code(attributes.get("formatCode", ""))
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside = name == "cellXfs"
        elif name == "xf" and inside and len(styles) < _MOST_STYLES:
            number = attributes.get("numFmtId", "0")
            built_in = _BUILT_IN.get(int(number), PLAIN) if number.isdecimal() else PLAIN
            styles.append(codes.get(number, built_in))
    return styles

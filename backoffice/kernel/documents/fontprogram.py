"""The font as it is embedded: subsets, made once and reused by later documents.

reportlab cuts a subset of the font for each document. Documents of one shop
use nearly the same characters, so the cut program, its compressed form, its
widths and its map back to Unicode are kept for the most recent character sets.
"""

from __future__ import annotations

import functools
import threading
import unicodedata
import zlib
from typing import Any, NamedTuple

from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN, TTFont

_KEPT_SUBSETS = 64
_BFCHAR_BLOCK = 100  # the most entries that one bfchar block may hold (Adobe Technical Note 5014)
_cutting = threading.Lock()


class Subset(NamedTuple):
    """The parts of an embedded font that depend on its characters alone."""

    program: bytes
    program_length: int
    widths: str
    to_unicode: bytes


class DocumentFont(TTFont):
    """A TrueType font that embeds cached subsets.

    reportlab's own class cuts, compresses and formats each subset anew for
    each document, and reads the font file through one shared position, which
    two threads must not do at once.
    """

    def addObjects(self, doc: Any) -> None:
        """Add the font dictionaries of all subsets that the document uses (called by reportlab)."""
        state = self.state[doc]
        state.frozen = 1
        for number, characters in enumerate(state.subsets):
            internal_name = self.getSubsetInternalName(number, doc)[1:]
            base_name = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("ascii")
            subset = _subset(self.face, tuple(characters))
            font: Any = pdfdoc.PDFTrueTypeFont()
            font.Name = internal_name
            font.BaseFont = base_name
            font.FirstChar = 0
            font.LastChar = len(characters) - 1
            font.Widths = subset.widths
            font.ToUnicode = doc.Reference(_packed(subset.to_unicode, {}), f"toUnicodeCMap:{base_name}")
            font.FontDescriptor = doc.Reference(self._descriptor(doc, base_name, subset), f"fontDescriptor:{base_name}")
            doc.Reference(font, internal_name)
            doc.idToObject["BasicFonts"].dict[internal_name] = font
        del self.state[doc]

    def _descriptor(self, doc: Any, base_name: str, subset: Subset) -> pdfdoc.PDFDictionary:
        metrics = self.face
        program = _packed(subset.program, {"Length1": subset.program_length})
        return pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "Ascent": metrics.ascent,
                "CapHeight": metrics.capHeight,
                "Descent": metrics.descent,
                # The subset has an encoding of its own, which PDF calls symbolic.
                "Flags": (metrics.flags & ~FF_NONSYMBOLIC) | FF_SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray(metrics.bbox),
                "FontName": pdfdoc.PDFName(base_name),
                "ItalicAngle": metrics.italicAngle,
                "StemV": metrics.stemV,
                "FontFile2": doc.Reference(program, f"fontFile:{base_name}"),
                "MissingWidth": metrics.defaultWidth,
            }
        )


def _packed(content: bytes, entries: dict[str, Any]) -> pdfdoc.PDFStream:
    """Wrap bytes that are already compressed."""
    return pdfdoc.PDFStream(
        dictionary=pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode"), **entries}), content=content
    )


@functools.lru_cache(maxsize=_KEPT_SUBSETS)
def _subset(metrics: Any, characters: tuple[int, ...]) -> Subset:
    with _cutting:
        program = metrics.makeSubset(characters)
    return Subset(
        program=zlib.compress(program),
        program_length=len(program),
        widths=f"[{fp_str([metrics.getCharWidth(code) for code in characters])}]",
        to_unicode=zlib.compress(_to_unicode(characters).encode("ascii")),
    )


def _to_unicode(characters: tuple[int, ...]) -> str:
    """Write the CMap by which a reader turns codes back into text (PDF 1.7, 9.10.3).

    The joined forms of Arabic letters map to the plain letters, so that text
    copied from the page is the text that was typed.
    """
    pairs = [f"<{code:02X}> <{_plain(character)}>" for code, character in enumerate(characters) if character]
    blocks = [pairs[start : start + _BFCHAR_BLOCK] for start in range(0, len(pairs), _BFCHAR_BLOCK)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def _plain(code: int) -> str:
    """Give the text of one glyph as UTF-16 in hex."""
    character = chr(code)
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith(("<initial>", "<medial>", "<final>", "<isolated>")):
        letters = unicodedata.normalize("NFKC", character)
        if not letters.startswith(" "):
            character = letters
    return character.encode("utf-16-be").hex().upper()

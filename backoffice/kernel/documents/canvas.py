"""Writing pages to a PDF: the same pages give the same bytes, on any day, in any process."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.page import Page, PictureOp, RectsOp, RuleOp, TextOp
from backoffice.kernel.documents.pdfa import DocumentInfo, declare
from backoffice.kernel.documents.pictures import Picture
from backoffice.kernel.documents.text import Colour

_PDF_VERSION = (1, 7)
_ESCAPES = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})


class _ArchiveCanvas(Canvas):
    """A canvas whose pages hold nothing that an archive refuses."""

    _doc: Any

    @property
    def document(self) -> Any:
        """The ``PDFDocument`` behind the canvas."""
        return self._doc

    def _setAnnotations(self, page: Any) -> None:
        """Finish a page (called by reportlab when all of it is drawn)."""
        super()._setAnnotations(page)  # type: ignore[misc] # the stubs leave out private names
        page.Trans = None  # reportlab writes an empty transition on each page
        # Its own stream is wrapped in ASCII85: a quarter larger, and slow.
        page.Contents = pdfdoc.PDFStream(content=page.stream, filters=[pdfdoc.PDFZCompress])


def write_pdf(pages: Sequence[Page], info: DocumentInfo) -> bytes:
    """Write pages as one PDF, ready for PDF/A-3b.

    Args:
        pages: in order, at least one.
        info: what the file says about itself.

    Raises:
        DocumentError: there is no page.
    """
    if not pages:
        raise DocumentError("a document needs at least one page")
    output = io.BytesIO()
    canvas = _ArchiveCanvas(
        output,
        pagesize=pages[0].size,
        pageCompression=1,
        invariant=1,
        pdfVersion=_PDF_VERSION,
        # Else Helvetica is named and not embedded. The stubs take the name for a number.
        initialFontName=face().name,  # type: ignore[arg-type]
        lang=info.language,
    )
    digest = hashlib.sha256()
    _number_characters(pages, canvas.document)
    for page in pages:
        canvas.setPageSize(page.size)
        content = paint(page, canvas)
        digest.update(content.encode())
        canvas.showPage()
    declare(canvas.document, info, digest)
    canvas.save()
    return output.getvalue()


def _number_characters(pages: Sequence[Page], document: Any) -> None:
    """Give the characters of a document their codes in code point order.

    Otherwise the order of first use decides, and two documents with the same characters in another order
    could not share a cut font.
    """
    used: dict[bool, set[str]] = {}
    for page in pages:
        for op in page.ops:
            if isinstance(op, TextOp):
                used.setdefault(op.style.bold, set()).update(op.glyphs)
    for bold, characters in used.items():
        face(bold=bold).font.splitString("".join(sorted(characters)), document)


def paint(page: Page, canvas: Canvas) -> str:
    """Draw a page's content onto a canvas, at its origin, and return what was written."""
    writer = _Writer(canvas)
    for op in page.ops:
        writer.write(op)
    writer.end_text()
    content = "\n".join(writer.code)
    canvas.addLiteral(content)
    return content


class _Writer:
    """The content stream of a page; it writes a font or a colour only when it changes."""

    def __init__(self, canvas: Canvas) -> None:
        self.code: list[str] = []
        # reportlab has no public names for the document of a canvas and the pictures on its page.
        self._document: Any = canvas._doc  # type: ignore[attr-defined]
        self._pictures: list[str] = canvas._formsinuse  # type: ignore[attr-defined]
        self._has_picture = canvas.hasForm
        self._in_text = False
        self._font: tuple[str, float] | None = None
        self._fill: Colour | None = None
        self._stroke: tuple[float, Colour] | None = None

    def write(self, op: TextOp | RectsOp | RuleOp | PictureOp) -> None:
        if isinstance(op, TextOp):
            self._text(op)
            return
        self.end_text()
        if isinstance(op, RectsOp):
            self._colour(op.colour)
            boxes = (f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re" for x, y, width, height in op.rects)
            self.code.append(" ".join(boxes) + " f")
        elif isinstance(op, RuleOp):
            if self._stroke != (op.weight, op.colour):
                self._stroke = (op.weight, op.colour)
                red, green, blue = op.colour
                self.code.append(f"{op.weight:.3f} w {red:.3f} {green:.3f} {blue:.3f} RG")
            x1, y1, x2, y2 = op.ends
            self.code.append(f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")
        else:
            self._picture(op)

    def end_text(self) -> None:
        if self._in_text:
            self.code.append("ET")
            self._in_text = False

    def _text(self, op: TextOp) -> None:
        document = self._document
        style = op.style
        font = face(bold=style.bold).font
        if not self._in_text:
            self.code.append("BT")
            self._in_text = True
        self._colour(style.colour)
        self.code.append(f"1 0 0 1 {op.x:.2f} {op.y:.2f} Tm")
        for subset, codes in font.splitString(op.glyphs, document):
            name = font.getSubsetInternalName(subset, document)
            if self._font != (name, style.size):
                self._font = (name, style.size)
                self.code.append(f"{name} {style.size:g} Tf")
            self.code.append(f"{_literal(codes)} Tj")

    def _colour(self, colour: Colour) -> None:
        if self._fill != colour:
            self._fill = colour
            red, green, blue = colour
            self.code.append(f"{red:.3f} {green:.3f} {blue:.3f} rg")

    def _picture(self, op: PictureOp) -> None:
        name = f"picture-{op.picture.key}"
        if not self._has_picture(name):
            self._document.addForm(name, _image_object(op.picture))
        self._pictures.append(name)
        x, y, width, height = op.box
        self.code.append(f"q {width:.3f} 0 0 {height:.3f} {x:.3f} {y:.3f} cm /{pdfdoc.xObjectName(name)} Do Q")


def _literal(codes: bytes) -> str:
    text = codes.decode("latin-1")
    if text.isascii() and text.isprintable():
        return f"({text.translate(_ESCAPES)})"
    return f"<{codes.hex()}>"


def _image_object(picture: Picture) -> pdfdoc.PDFStream:
    return pdfdoc.PDFStream(
        dictionary=pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("XObject"),
                "Subtype": pdfdoc.PDFName("Image"),
                "Width": picture.width,
                "Height": picture.height,
                "ColorSpace": pdfdoc.PDFName(picture.colour_space),
                "BitsPerComponent": 8,
                "Filter": pdfdoc.PDFName(picture.filter),
            }
        ),
        content=picture.data,
    )

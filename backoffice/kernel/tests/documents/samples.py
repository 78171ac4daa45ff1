"""Documents that the tests of this folder share, and how they are read back."""

import io
from datetime import UTC, datetime

import pypdf
from PIL import Image

from backoffice.kernel.documents.canvas import write_pdf
from backoffice.kernel.documents.document import Document
from backoffice.kernel.documents.page import A4, Page, TextOp
from backoffice.kernel.documents.pdfa import DocumentInfo
from backoffice.kernel.documents.text import Style, TextBlock

INFO = DocumentInfo(
    title="Invoice 2026-0001",
    author="Müller & Söhne <shop>",
    language="en",
    created=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
)
ARABIC_NAME = "قميص T-shirt (XL)"


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page, in the order in which it was drawn."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def page_lines(pdf: bytes) -> list[list[str]]:
    return [text.split("\n") for text in page_texts(pdf)]


def drawn(page: Page) -> list[str]:
    """Return the texts of a page as they were placed, cell by cell."""
    return [op.glyphs for op in page.ops if isinstance(op, TextOp)]


def printed(text: str, *, rtl: bool = False, width: float = 400, style: Style | None = None) -> bytes:
    """Print one block of text on one page."""
    page = Page(A4, rtl)
    TextBlock(text, style or Style()).draw(page, 50, 50, width)
    return write_pdf([page], INFO)


def glyph_lines(text: str, *, rtl: bool = True, width: float = 400, style: Style | None = None) -> list[str]:
    """Return the lines of a block as drawn from left to right."""
    lines = TextBlock(text, style or Style()).lines(width)
    return ["".join(run.glyphs for run in line.runs(in_rtl_document=rtl)) for line in lines]


def new_document(**options) -> Document:
    return Document(INFO, **options)


def png(width: int = 40, height: int = 20, *, mode: str = "RGB", colour="navy", **options) -> bytes:
    output = io.BytesIO()
    Image.new(mode, (width, height), colour).save(output, "PNG", **options)
    return output.getvalue()


def jpeg(width: int = 40, height: int = 20, **options) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(output, "JPEG", **options)
    return output.getvalue()

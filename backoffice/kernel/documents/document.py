"""A document: pages, what stands around them, and the bytes they become."""

from __future__ import annotations

from backoffice.kernel.documents.canvas import write_pdf
from backoffice.kernel.documents.flow import Flow, Furniture, Margins
from backoffice.kernel.documents.page import A4, Page, Size
from backoffice.kernel.documents.pdfa import DocumentInfo
from backoffice.kernel.documents.text import Direction


class Document:
    """A PDF in the making.

    Args:
        info: title, author, language and instant of the document.
        size: of the sheets.
        margins: free edges of the text.
        direction: ``"rtl"`` mirrors the whole layout.
        furniture: what stands around the text of each page.

    Attributes:
        flow: where the text goes.
        pages: the pages so far.

    Example::

        document = Document(info, direction=direction("ar"), furniture=Letterhead(...))
        document.flow.put(text_block("…", Style(size=14, bold=True)))
        draw_table(document.flow, table, rows)
        pdf = document.finish()
    """

    def __init__(
        self,
        info: DocumentInfo,
        *,
        size: Size = A4,
        margins: Margins | None = None,
        direction: Direction = "ltr",
        furniture: Furniture | None = None,
    ) -> None:
        self.info = info
        self.size = size
        self.margins = margins or Margins()
        self.rtl = direction == "rtl"
        self.furniture = furniture
        self.pages: list[Page] = []
        self._finished = b""
        self.flow = Flow(add_page=self._add_page, limits=self._limits, margins=self.margins, size=size)

    def _add_page(self) -> Page:
        page = Page(self.size, self.rtl)
        self.pages.append(page)
        return page

    def _limits(self, page: Page) -> tuple[float, float]:
        if self.furniture is None:
            return self.margins.top, page.size.height - self.margins.bottom
        first = len(self.pages) == 1
        return self.furniture.top(page, self.margins, first=first), self.furniture.bottom(page, self.margins)

    def finish(self) -> bytes:
        """Draw the furniture, now that the number of pages is known, and return the PDF.

        A second call returns the same bytes.

        Raises:
            MissingGlyph: a text of the furniture cannot be printed.
        """
        if not self._finished:
            if self.furniture is not None:
                for number, page in enumerate(self.pages, start=1):
                    self.furniture.draw(page, self.margins, number, len(self.pages))
            self._finished = write_pdf(self.pages, self.info)
        return self._finished

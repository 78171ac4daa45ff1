"""Sheets of labels, and labels on a roll."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backoffice.kernel.documents.canvas import write_pdf
from backoffice.kernel.documents.errors import DocumentError, DoesNotFit
from backoffice.kernel.documents.page import A4, MM, Block, Page, Size
from backoffice.kernel.documents.pdfa import DocumentInfo
from backoffice.kernel.documents.text import Direction

_SLACK = 0.001


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Where the labels are on a sheet, in points.

    Args:
        sheet: size of the sheet, or of the one label on a roll.
        columns: labels side by side.
        rows: labels below each other.
        label: size of one label.
        start: distance of the first label from the start edge.
        top: distance of the first label from the upper edge.
        gap_x: between two columns.
        gap_y: between two rows.
        padding: free edge inside each label.
    """

    sheet: Size
    columns: int
    rows: int
    label: Size
    start: float = 0.0
    top: float = 0.0
    gap_x: float = 0.0
    gap_y: float = 0.0
    padding: float = 4 * MM

    def place(self, index: int) -> tuple[int, float, float]:
        """Return sheet number, x and y of a label, all counted from 0, along the rows."""
        sheet, on_sheet = divmod(index, self.columns * self.rows)
        row, column = divmod(on_sheet, self.columns)
        x = self.start + column * (self.label.width + self.gap_x)
        return sheet, x, self.top + row * (self.label.height + self.gap_y)


A4_3_BY_8 = LabelSheet(sheet=A4, columns=3, rows=8, label=Size(70 * MM, 37 * MM), top=0.5 * MM)
ROLL_100_BY_150 = LabelSheet(sheet=Size(100 * MM, 150 * MM), columns=1, rows=1, label=Size(100 * MM, 150 * MM))


def draw_labels(
    info: DocumentInfo,
    sheet: LabelSheet,
    labels: Iterable[Block],
    *,
    direction: Direction = "ltr",
    skip: int = 0,
) -> bytes:
    """Return a PDF with one block on each label.

    Args:
        info: title, author, language and instant of the document.
        sheet: where the labels are.
        labels: one block per label.
        direction: ``"rtl"`` begins at the right edge.
        skip: labels already taken from the first sheet.

    Raises:
        DoesNotFit: a block is higher than its label; nothing is cut off silently.
        DocumentError: there is no label.
    """
    pages: list[Page] = []
    width = sheet.label.width - 2 * sheet.padding
    room = sheet.label.height - 2 * sheet.padding
    number = skip
    for number, block in enumerate(labels, start=skip):
        on_sheet, x, y = sheet.place(number)
        while len(pages) <= on_sheet:
            pages.append(Page(sheet.sheet, direction == "rtl"))
        height = block.height(width)
        if height > room + _SLACK:
            raise DoesNotFit(f"label {number - skip + 1} needs {height:.0f} points of height; it has {room:.0f}")
        block.draw(pages[on_sheet], x + sheet.padding, y + sheet.padding, width)
    if not pages:
        raise DocumentError("there is no label to print")
    return write_pdf(pages, info)

"""Tables over several pages: the head repeated, the running total carried over.

At the foot of a page that the table leaves stands "carried forward" with the
running total so far, at the head of the next "brought forward" with the same
one. The kernel does no sums: each row brings the total up to and including it,
formatted by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backoffice.kernel.documents.errors import DocumentError, DoesNotFit
from backoffice.kernel.documents.flow import Flow
from backoffice.kernel.documents.page import Block
from backoffice.kernel.documents.text import BLACK, GREY, Align, Colour, Style, TextBlock, fitted

_HEAD = Style(size=8, bold=True)
_BODY = Style(size=8.5)
_SLACK = 0.001
_HEAD_RULE = 0.8
_ROW_RULE = 0.25


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        title: what its head says.
        width: in points; 0 takes what the others leave (equal parts if several do).
        align: of head and cells.
    """

    title: str
    width: float = 0.0
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class Carry:
    """The words for a running total at a page break, and the column that holds it."""

    forward: str
    brought: str
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a text or a block for each column.

    Args:
        cells: from the start edge on.
        running: the running total up to and including this row, as it is printed.
    """

    cells: Sequence[str | Block]
    running: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """How a table looks.

    Args:
        columns: from the start edge on.
        carry: set if a running total is carried over page breaks.
        head: style of the head.
        body: style of the cells; each column sets its own alignment.
        padding: points above and below the content of a row.
        gap: points between two columns.
        rule_colour: of the line below each row.
        where: what the table is, for the message if a glyph is missing.
    """

    columns: Sequence[Column]
    carry: Carry | None = None
    head: Style = _HEAD
    body: Style = _BODY
    padding: float = 3.0
    gap: float = 6.0
    rule_colour: Colour = GREY
    where: str = ""

    def __post_init__(self) -> None:
        """Refuse a carry without a column before its own for the words.

        Raises:
            DocumentError: the carry's column is the first, or there is no such column.
        """
        if self.carry and not 0 < self.carry.column < len(self.columns):
            raise DocumentError(f"the running total cannot stand in column {self.carry.column}")

    def widths(self, width: float) -> tuple[float, ...]:
        """Return the width of each column when the whole table has ``width`` points.

        Raises:
            DoesNotFit: the fixed columns take more than there is.
        """
        fixed = sum(column.width for column in self.columns) + self.gap * (len(self.columns) - 1)
        free = sum(1 for column in self.columns if not column.width)
        if fixed > width + _SLACK or (free and width - fixed < free):
            raise DoesNotFit(f"the columns of the table need {fixed:.0f} points; the page has {width:.0f}")
        return tuple(column.width or (width - fixed) / free for column in self.columns)


def draw_table(flow: Flow, table: Table, rows: Iterable[Row], *, tail: float = 0.0) -> None:
    """Draw a table from the flow's place on.

    Args:
        flow: where to draw; it ends below the last row.
        table: columns and looks.
        rows: a row higher than a page is divided between its lines.
        tail: height in points of what must stand on the page of the table's end
            (the totals). If it does not fit there, the running total is carried
            over to a new page, which then has the room.

    Raises:
        DocumentError: a row has more or fewer cells than the table has columns.
        DoesNotFit: a row holds a block that cannot be divided and is higher than a page.
        MissingGlyph: the font lacks a character of a cell.
    """
    _Drawing(flow, table, tail).draw(list(rows))


class _Drawing:
    def __init__(self, flow: Flow, table: Table, tail: float) -> None:
        self._flow = flow
        self._table = table
        self._tail = tail
        self._widths = table.widths(flow.width)
        self._starts = [flow.x + sum(self._widths[:index]) + index * table.gap for index in range(len(self._widths))]
        self._styles = [table.body.but(align=column.align) for column in table.columns]
        self._head = [
            TextBlock(column.title, table.head.but(align=column.align), where=f"{table.where} head".strip())
            for column in table.columns
        ]
        self._head_height = self._height(self._head)
        self._carry_height = table.body.line_height + 2 * table.padding if table.carry else 0.0
        self._running = ""

    def draw(self, rows: list[Row]) -> None:
        cells = [self._cells(row) for row in rows]
        first = self._height(cells[0]) if cells else 0.0
        self._flow.ensure(min(self._head_height + first + self._carry_height, self._flow.page_room))
        self._draw_row(self._head, weight=_HEAD_RULE)
        for index, (row, blocks) in enumerate(zip(rows, cells, strict=True)):
            self._place(row, blocks, after=self._after(blocks, last=index == len(rows) - 1))
        if not self._flow.fits(self._tail) and not self._is_fresh():
            self._break()

    def _after(self, blocks: Sequence[Block], *, last: bool) -> float:
        """Return the room that must stay free below a row: for the carry, or for the tail."""
        if last and self._height(blocks) + self._tail <= self._capacity():
            return self._tail  # so that the last row moves to the page of the totals
        return self._carry_height

    def _capacity(self) -> float:
        return self._flow.page_room - self._head_height - self._carry_height

    def _is_fresh(self) -> bool:
        return self._flow.y <= self._flow.top + self._head_height + self._carry_height + _SLACK

    def _place(self, row: Row, blocks: Sequence[Block], *, after: float) -> None:
        height = self._height(blocks)
        if not self._flow.fits(height + after) and height + after <= self._capacity() + _SLACK:
            self._break()
        while not self._flow.fits(self._height(blocks) + min(after, self._carry_height)):
            parts = self._divide(blocks)
            if parts is None:
                if self._is_fresh():
                    raise DoesNotFit("a row of the table is higher than a page and cannot be divided")
                self._break()
                continue
            self._draw_row(parts[0])
            self._running = row.running or self._running  # the amount stands in the first part
            self._break()
            blocks = parts[1]
        self._draw_row(blocks)
        self._running = row.running or self._running

    def _divide(self, blocks: Sequence[Block]) -> tuple[list[Block], list[Block]] | None:
        """Divide a row higher than a page: each cell gives as many lines as fit."""
        room = self._flow.room - self._carry_height - 2 * self._table.padding
        firsts: list[Block] = []
        rests: list[Block] = []
        for block, width in zip(blocks, self._widths, strict=True):
            fits = block.height(width) <= room + _SLACK
            parts = None if fits else block.split(width, room)
            if not fits and parts is None:
                return None
            firsts.append(parts[0] if parts else block)
            rests.append(parts[1] if parts else TextBlock("", self._table.body))
        return firsts, rests

    def _cells(self, row: Row) -> list[Block]:
        if len(row.cells) != len(self._table.columns):
            raise DocumentError(f"a row has {len(row.cells)} cells; the table has {len(self._table.columns)} columns")
        return [self._text(cell, index) if isinstance(cell, str) else cell for index, cell in enumerate(row.cells)]

    def _text(self, text: str, index: int) -> TextBlock:
        column, style = self._table.columns[index], self._styles[index]
        where = f"{self._table.where} {column.title}".strip()
        if column.align == "number":  # a number never breaks
            style = fitted(text, style=style, width=self._widths[index], where=where)
        return TextBlock(text, style, where=where)

    def _height(self, blocks: Sequence[Block]) -> float:
        heights = (block.height(width) for block, width in zip(blocks, self._widths, strict=True))
        return max(heights) + 2 * self._table.padding

    def _draw_row(self, blocks: Sequence[Block], *, weight: float = _ROW_RULE) -> None:
        flow = self._flow
        top = flow.y + self._table.padding
        for block, start, width in zip(blocks, self._starts, self._widths, strict=True):
            block.draw(flow.page, start, top, width)
        flow.y += self._height(blocks)
        colour = self._table.rule_colour if weight == _ROW_RULE else BLACK
        flow.page.rule(x=flow.x, y=flow.y, length=flow.width, weight=weight, colour=colour)

    def _break(self) -> None:
        """Go on to the next page, with the running total at both sides of the break."""
        carry = self._table.carry
        if carry and self._running:
            self._draw_carry(carry.forward, carry.column)
        self._flow.new_page()
        self._draw_row(self._head, weight=_HEAD_RULE)
        if carry and self._running:
            self._draw_carry(carry.brought, carry.column)

    def _draw_carry(self, label: str, column: int) -> None:
        """Draw the words to the start of the column that holds the running total."""
        flow, table = self._flow, self._table
        style = table.body.but(bold=True)
        top = flow.y + table.padding
        total_style = style.but(align=table.columns[column].align)
        label_width = self._starts[column] - flow.x - table.gap
        flow.page.text(label, x=flow.x, top=top, width=label_width, style=style.but(align="end"), where=table.where)
        flow.page.text(
            self._running,
            x=self._starts[column],
            top=top,
            width=self._widths[column],
            style=fitted(self._running, style=total_style, width=self._widths[column]),
            where=table.where,
        )
        flow.y += self._carry_height
        flow.page.rule(x=flow.x, y=flow.y, length=flow.width, weight=_ROW_RULE, colour=table.rule_colour)

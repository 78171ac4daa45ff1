"""Blocks made of blocks: stacks, columns side by side, pairs of label and value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backoffice.kernel.documents.page import Block, Page
from backoffice.kernel.documents.text import BLACK, Style, TextBlock, fitted

_SLACK = 0.001


class Gap:
    """Empty space of a height in points."""

    __slots__ = ("_height",)

    def __init__(self, height: float) -> None:
        self._height = height

    def height(self, width: float) -> float:
        """Return the height of the gap."""
        del width
        return self._height

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw nothing."""

    def split(self, width: float, room: float) -> None:
        """Gaps do not break."""
        del width, room


class Stack:
    """Blocks below each other.

    Args:
        blocks: from top to bottom.
        gap: points between two blocks.
    """

    __slots__ = ("_blocks", "_gap")

    def __init__(self, blocks: Sequence[Block], *, gap: float = 0.0) -> None:
        self._blocks = tuple(blocks)
        self._gap = gap

    def height(self, width: float) -> float:
        """Return the height in points that the stack takes at a width."""
        gaps = max(0, len(self._blocks) - 1) * self._gap
        return sum(block.height(width) for block in self._blocks) + gaps

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the blocks with the upper start corner of the first at (x, top)."""
        for block in self._blocks:
            block.draw(page, x, top, width)
            top += block.height(width) + self._gap

    def split(self, width: float, room: float) -> tuple[Stack, Stack] | None:
        """Divide the stack so that the first part is no higher than ``room``; None if that is impossible."""
        taken = 0.0
        for index, block in enumerate(self._blocks):
            needed = block.height(width)
            if taken + needed > room + _SLACK:
                parts = block.split(width, room - taken)
                head = [*self._blocks[:index], *((parts[0],) if parts else ())]
                tail = [parts[1] if parts else block, *self._blocks[index + 1 :]]
                return (Stack(head, gap=self._gap), Stack(tail, gap=self._gap)) if head else None
            taken += needed + self._gap
        return None


class Columns:
    """Blocks side by side, from the start edge; they share the width by their weights.

    Args:
        blocks: pairs of block and weight.
        gap: points between two columns.
    """

    __slots__ = ("_blocks", "_gap")

    def __init__(self, blocks: Sequence[tuple[Block, float]], *, gap: float = 12.0) -> None:
        self._blocks = tuple(blocks)
        self._gap = gap

    def _widths(self, width: float) -> list[float]:
        free = width - self._gap * (len(self._blocks) - 1)
        whole = sum(weight for _, weight in self._blocks)
        return [free * weight / whole for _, weight in self._blocks]

    def height(self, width: float) -> float:
        """Return the height of the highest column."""
        widths = self._widths(width)
        return max(block.height(own) for (block, _), own in zip(self._blocks, widths, strict=True))

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the columns with their common upper edge at ``top``."""
        for (block, _), own in zip(self._blocks, self._widths(width), strict=True):
            block.draw(page, x, top, own)
            x += own + self._gap

    def split(self, width: float, room: float) -> None:
        """Columns do not break."""
        del width, room


def _unbroken(block: TextBlock, width: float) -> TextBlock:
    """Make a number that is too wide for its place smaller: it must not break into two."""
    if block.style.align != "number":
        return block
    style = fitted(block.text, style=block.style, width=width, where=block.where)
    return TextBlock(block.text, style, where=block.where)


class Pair(NamedTuple):
    """A label and its value; a strong one is bold under a line."""

    label: str
    value: str
    strong: bool = False


class Pairs:
    """Labels and values in two columns: a document's reference data, or its totals.

    Args:
        pairs: from top to bottom.
        label_style: of the labels.
        value_style: of the values; totals align as ``"number"``.
        label_share: the labels' share of the width.
        gap: points between label and value.
        padding: points above and below each pair.
        where: what the block is, for the message if a glyph is missing.
    """

    __slots__ = ("_gap", "_label_style", "_padding", "_rows", "_share")

    def __init__(
        self,
        pairs: Sequence[Pair],
        *,
        label_style: Style,
        value_style: Style,
        label_share: float = 0.5,
        gap: float = 6.0,
        padding: float = 2.0,
        where: str = "",
    ) -> None:
        self._label_style = label_style
        self._gap = gap
        self._padding = padding
        self._share = label_share
        self._rows = [
            (
                TextBlock(pair.label, label_style.but(bold=pair.strong or None), where=where),
                TextBlock(pair.value, value_style.but(bold=pair.strong or None), where=f"{where} {pair.label}".strip()),
                pair.strong,
            )
            for pair in pairs
        ]

    def _widths(self, width: float) -> tuple[float, float]:
        label = (width - self._gap) * self._share
        return label, width - self._gap - label

    def height(self, width: float) -> float:
        """Return the height in points that the pairs take at a width."""
        label_width, value_width = self._widths(width)
        return sum(self._row_height(label, value, label_width, value_width) for label, value, _ in self._rows)

    def _row_height(self, label: TextBlock, value: TextBlock, label_width: float, value_width: float) -> float:
        content = max(label.height(label_width), _unbroken(value, value_width).height(value_width))
        return content + 2 * self._padding

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the pairs with their upper start corner at (x, top)."""
        label_width, value_width = self._widths(width)
        for label, value, strong in self._rows:
            if strong:
                page.rule(x=x, y=top, length=width, weight=0.7, colour=BLACK)
            label.draw(page, x, top + self._padding, label_width)
            _unbroken(value, value_width).draw(page, x + label_width + self._gap, top + self._padding, value_width)
            top += self._row_height(label, value, label_width, value_width)

    def split(self, width: float, room: float) -> None:
        """Totals stay together."""
        del width, room

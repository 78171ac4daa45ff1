"""Stream the rows of one sheet."""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.kernel.transfers.reading.blocks import Block
from backoffice.kernel.transfers.reading.errors import CellError, ReadError
from backoffice.kernel.transfers.reading.limits import Limits
from backoffice.kernel.transfers.reading.source import Source

from .cells import UNCALCULATED, number_text, styled_text
from .strings import SharedStrings, unescape
from .styles import PLAIN, CellStyle
from .workbook import Workbook, open_workbook
from .xml import damaged, feed, local, make_parser

LAST_ROW = 1_048_576
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
BOOLEANS = {"1": "TRUE", "0": "FALSE"}


def sheet_blocks(source: Source, sheet: str, limits: Limits) -> Iterator[Block]:
    """Yield the rows of a sheet from top to bottom; rows that the file leaves out are left out.

    Args:
        source: an XLSX file.
        sheet: name of the sheet, or empty for the first visible one.
        limits: caps.

    Raises:
        ReadError: as `open_workbook`; `sheet_missing`; `too_many_rows`; `too_many_texts`.
    """
    with open_workbook(source, limits) as book:
        texts = book.texts()
        try:
            rows = _Rows(book, texts)
            part = book.sheet(sheet).part
            for _ in feed(rows.parser, book.archive.chunks(part)):
                if rows.rows:
                    yield rows.take()
        finally:
            texts.close()


class _Rows:
    """Collect rows from the events of the XML parser.

    Element names are compared as the file writes them, with the prefix of its root: taking
    names apart for each of some million cells would cost a third of the time.
    """

    def __init__(self, book: Workbook, texts: SharedStrings) -> None:
        self._texts = texts
        self._styles: list[CellStyle] = book.styles
        self._from_1904 = book.from_1904
        self._limits = book.limits
        self._most = book.limits.max_cell_chars
        self._most_columns = book.limits.max_columns
        self._places: dict[str, int] = {}
        self._in_text = self._phonetic = self._formula = False
        self._number, self._place = 0, -1
        self._kind, self._style = "n", ""
        self._raw = ""
        self._row: list[str] = []
        self._flaw: CellError | None = None
        self.rows: list[list[str]] = []
        self._numbers: list[int] = []
        self._flaws: dict[int, CellError] = {}
        self.parser = make_parser(self.root, self.end, self.text)

    def take(self) -> Block:
        """Return the rows found since the last call."""
        block = Block(self._numbers, self._numbers, self.rows, self._flaws)
        self.rows, self._numbers, self._flaws = [], [], {}
        return block

    def root(self, name: str, _: dict[str, str]) -> None:
        """See the first element, which tells the prefix; from then on each element goes to `start`."""
        prefix = name[: -len(local(name))]
        self._c, self._v, self._t, self._f = (f"{prefix}{tag}" for tag in ("c", "v", "t", "f"))
        self._row_tag, self._phonetic_tag = f"{prefix}row", f"{prefix}rPh"
        self.parser.StartElementHandler = self.start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See the start of an element."""
        if name == self._c:
            self._start_cell(attributes)
        elif name == self._v or name == self._t:  # noqa: PLR1714  # no tuple for each of a million cells
            self._in_text = not self._phonetic
        elif name == self._row_tag:
            self._start_row(attributes)
        elif name == self._f:
            self._formula = True
        elif name == self._phonetic_tag:
            self._phonetic = True

    def end(self, name: str) -> None:
        """See the end of an element."""
        if name == self._v or name == self._t:  # noqa: PLR1714  # as above
            self._in_text = False
        elif name == self._c:
            if self._raw or self._formula:
                self._end_cell()
        elif name == self._row_tag:
            if self._row or self._flaw:
                self._end_row()
        elif name == self._phonetic_tag:
            self._phonetic = False

    def text(self, data: str) -> None:
        """See text between tags."""
        if self._in_text:
            if not self._raw:
                self._raw = data
            elif len(self._raw) <= self._most:
                self._raw += data

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        number = int(given) if given.isdecimal() and len(given) < 9 else self._number + 1  # no real row has 9 digits
        if number <= self._number:
            raise damaged("its rows are out of order")
        if number > LAST_ROW:
            raise self._limits.too_many_rows()
        self._number, self._place, self._row, self._flaw = number, -1, [], None

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._place = self._place_of(reference) if reference else self._place + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._formula = False
        self._raw = ""

    def _place_of(self, reference: str) -> int:
        letters = reference.rstrip(DIGITS)
        place = self._places.get(letters)
        if place is None:
            place = 0
            for letter in letters[:4]:
                if letter not in LETTERS:
                    raise damaged("a cell has no proper address")
                place = place * 26 + LETTERS.index(letter) + 1
            place -= 1
            self._places[letters] = place
        return place

    def _end_cell(self) -> None:
        text = self._cell_text(self._raw)
        if not text:
            return
        row, gap = self._row, self._place - len(self._row)
        if self._place >= self._most_columns:
            self._flaw = CellError(
                "too_many_cells",
                f"The row has a value in column {self._place + 1:,}; at most {self._most_columns:,} columns are read.",
                "Delete what stands far to the right of the table.",
            )
        elif gap < 0:
            raise damaged("its cells are out of order")
        else:
            if gap:
                row += [""] * gap
            row.append(text)
        if len(text) > self._most:
            self._flaw = CellError("cell_too_long", f"A cell holds more than {self._most:,} characters.", "Shorten it.")

    def _cell_text(self, raw: str) -> str:
        """Return what a person sees in the cell, by the type that the file gives it (ECMA-376 part 1, 18.18.11)."""
        kind = self._kind
        if kind == "s":
            if not raw.isdecimal() or len(raw) > 9:  # no table is that long
                raise damaged("a cell points to a text that is not there")
            return self._texts[int(raw)]
        if not raw:
            # A formula with an empty text as its result has the type "str"; one without a type was never calculated.
            return UNCALCULATED if self._formula and kind == "n" else ""
        if kind == "n":
            style = self._styles[int(self._style)] if self._has_style() else PLAIN
            return number_text(raw) if style is PLAIN else styled_text(raw, style, from_1904=self._from_1904)
        if kind == "b":
            return BOOLEANS.get(raw, raw)
        if kind == "d":
            return raw.replace("T", " ").removesuffix(" 00:00:00")
        return unescape(raw)

    def _has_style(self) -> bool:
        style = self._style
        return style.isdecimal() and len(style) < 9 and int(style) < len(self._styles)  # as above

    def _end_row(self) -> None:
        if self._flaw is not None:
            self._flaws[self._number] = self._flaw
        self.rows.append(self._row)
        self._numbers.append(self._number)
        self._row = []
        self._flaw = None


def first_filled(source: Source, limits: Limits) -> tuple[str, tuple[str, ...], bool]:
    """Choose a sheet: the first visible one, or the first visible with a row if that one is blank.

    Returns:
        Its name, the names of all visible sheets, and whether blank ones were passed over.
    """
    with open_workbook(source, limits) as book:
        names = tuple(sheet.name for sheet in book.sheets if sheet.visible) or (book.sheets[0].name,)
    for place, name in enumerate(names[:20]):
        if next(sheet_blocks(source, name, limits), None) is not None:
            return name, names, place > 0
    raise ReadError("empty", "The workbook has no row with a value.", hint="Choose the file again, or export it again.")

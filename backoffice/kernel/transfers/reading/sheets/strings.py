"""The common text table of a workbook: read only as far as needed, and kept on disk once it is large."""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from typing import IO

from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.limits import Limits

from .xml import damaged, feed, local, make_parser

# Characters kept in memory before the table moves to a temporary file.
IN_MEMORY = 16 * 1024 * 1024
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Undo the `_xHHHH_` form of characters that XML cannot hold.

    Control characters other than tab and line ends, and halves of surrogate pairs, stay escaped: no cell may hold them.

    Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring).
    """
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    allowed = code in (9, 10, 13) or (code >= 32 and not 0xD800 <= code <= 0xDFFF)  # control characters
    return chr(code) if allowed else match[0]


class SharedStrings:
    """Give the text of a number, parsing the table on only as far as the largest number asked for."""

    def __init__(self, pieces: Iterable[bytes], limits: Limits, *, in_memory: int = IN_MEMORY) -> None:
        self._found: list[str] = []
        self._source = _batches(pieces, limits)
        self._limits = limits
        self._in_memory = in_memory
        self._chars = 0
        self._file: IO[bytes] | None = None
        self._ends = array("Q", [0])
        self._on_disk = 0

    def __getitem__(self, number: int) -> str:
        """Return a text.

        Raises:
            ReadError: `xlsx_damaged` if there is none of that number, or `too_many_texts`.
        """
        if number < 0:
            raise damaged("a cell points to a text that is not there")
        while number >= self._on_disk + len(self._found):
            self._read_on()
        if number >= self._on_disk:
            return self._found[number - self._on_disk]
        assert self._file is not None
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8")

    def close(self) -> None:
        """Delete the temporary file, if there is one."""
        if self._file is not None:
            self._file.close()

    def _read_on(self) -> None:
        try:
            batch = next(self._source)
        except StopIteration:
            raise damaged("a cell points to a text that is not there") from None
        self._found += batch
        self._chars += sum(map(len, batch))
        if self._on_disk + len(self._found) > self._limits.max_shared_strings:
            raise too_many_texts(self._limits)
        if self._chars > self._in_memory:
            self._move_to_disk()

    def _move_to_disk(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="texts-")  # noqa: SIM115  # closed by close()
        self._file.seek(0, 2)
        end = self._ends[-1]
        for text in self._found:
            data = text.encode("utf-8")
            self._file.write(data)
            end += len(data)
            self._ends.append(end)
        self._on_disk += len(self._found)
        self._found = []
        self._chars = 0


class _Texts:
    """Collect texts from the events of the XML parser; phonetic hints for East Asian names (rPh) are no part of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._in_text = self._phonetic = False
        self._text = ""
        self.done: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "t":
            self._in_text = not self._phonetic
        elif tag == "si":
            self._text = ""
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "sst":
            check_announced(attributes.get("uniqueCount", ""), self._limits)

    def end(self, name: str) -> None:
        tag = local(name)
        if tag == "t":
            self._in_text = False
        elif tag == "si":
            self.done.append(unescape(self._text))
        elif tag == "rPh":
            self._phonetic = False

    def text(self, data: str) -> None:
        # A text that is too long is kept long enough for the row that uses it to be flagged.
        if self._in_text and len(self._text) <= self._limits.max_cell_chars:
            self._text += data


def _batches(pieces: Iterable[bytes], limits: Limits) -> Iterator[list[str]]:
    """Yield the texts of the table in batches."""
    texts = _Texts(limits)
    for _ in feed(make_parser(texts.start, texts.end, texts.text), pieces):
        if texts.done:
            yield texts.done
            texts.done = []


def check_announced(count: str, limits: Limits) -> None:
    """Refuse a table that announces more texts than allowed, before one is read."""
    if count.isdecimal() and (
        len(count) > len(str(limits.max_shared_strings)) or int(count) > limits.max_shared_strings
    ):
        raise too_many_texts(limits)


def too_many_texts(limits: Limits) -> ReadError:
    """Return the refusal of a text table larger than allowed."""
    return ReadError(
        "too_many_texts",
        f"The workbook holds more than {limits.max_shared_strings:,} different texts.",
        hint="Split it into several files, or save the sheet as CSV.",
    )

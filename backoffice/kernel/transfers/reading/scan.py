"""One fast pass over the bytes of a text file: what cannot be decoded, NUL characters, endless lines.

The whole file is looked at, not a prefix: a byte that does not belong to the encoding may
stand in the last row, and a pass at memory speed costs less than an apology.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from .encodings import WIDE
from .errors import ReadError

CHUNK = 1024 * 1024
# A single physical line longer than this is no table; reading it would need memory without limit.
MAX_LINE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Scan:
    """Hold what one pass found.

    Args:
        bad_offset: position of the first byte that the encoding cannot decode, or None.
        has_nul: a NUL character stands somewhere in the text.
        is_ascii: no byte beyond plain ASCII was seen.
    """

    bad_offset: int | None
    has_nul: bool
    is_ascii: bool


def chunks(file: IO[bytes], start: int = 0) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces of bounded size."""
    file.seek(start)
    while chunk := file.read(CHUNK):
        yield chunk


def scan_text(file: IO[bytes], *, encoding: str, start: int = 0) -> Scan:
    """Look through the whole file once.

    Args:
        file: open binary file.
        encoding: how it is to be decoded.
        start: bytes to leave out at the start (a byte order mark).

    Raises:
        ReadError: `line_too_long`.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    wide = encoding in WIDE
    line = _LineGuard()
    has_nul, is_ascii = False, not wide
    position = start
    for chunk in chunks(file, start):
        pending = decoder.getstate()[0]
        plain = not wide and not pending and chunk.isascii()
        if not plain:
            is_ascii = False
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return Scan(position - len(pending) + error.start, has_nul, is_ascii=False)
            if wide:
                line.see(text.encode("utf-8", "surrogatepass"))
                has_nul = has_nul or "\0" in text
        if not wide:
            line.see(chunk)
            has_nul = has_nul or b"\0" in chunk
        position += len(chunk)
    rest = decoder.getstate()[0]
    return Scan(position - len(rest) if rest else None, has_nul, is_ascii)


class _LineGuard:
    """Measure the longest line across chunks."""

    __slots__ = ("_run",)

    def __init__(self) -> None:
        self._run = 0

    def see(self, chunk: bytes) -> None:
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._run = len(chunk) - last - 1 if last >= 0 else self._run + len(chunk)
        if self._run > MAX_LINE:
            raise ReadError(
                "line_too_long",
                "The file has a line of more than 4 million characters, so it is not a table of rows.",
                hint="Check that this is the file you meant, and export it again as CSV.",
            )


def high_bytes(file: IO[bytes]) -> frozenset[int]:
    """Return which byte values beyond ASCII occur in a file."""
    plain = bytes(range(128))
    found: set[int] = set()
    for chunk in chunks(file):
        found.update(chunk.translate(None, plain))
    return frozenset(found)

"""Count the rows of a file without parsing it, for a progress bar and for a refusal before the work begins."""

from __future__ import annotations

from typing import IO

from .archives import safe_zip
from .dialect import Dialect
from .encodings import WIDE
from .limits import Limits
from .rows import open_rows
from .scan import chunks
from .sheets.workbook import open_workbook
from .source import Source, opened


def estimate_rows(source: Source, dialect: Dialect, limits: Limits | None = None) -> int:
    """Return about how many data rows a file has.

    Line breaks inside quoted cells do not count; blank rows do. The number is exact for a
    tidy file, and at memory speed (XLSX: at the speed of unpacking).
    """
    caps = limits or Limits()
    with opened(source) as file:
        records = _sheet_records(file, dialect, caps) if dialect.format == "xlsx" else _csv_records(file, dialect)
    return max(0, records - dialect.skip - dialect.has_header)


def check_rows(source: Source, dialect: Dialect, limits: Limits | None = None) -> int:
    """Return about how many data rows a file has, or refuse it if they are too many.

    Only a file that seems too long is counted exactly.

    Raises:
        ReadError: `too_many_rows`.
    """
    caps = limits or Limits()
    count = estimate_rows(source, dialect, caps)
    if count > caps.max_rows:
        count = sum(1 for _ in open_rows(source, dialect, caps))
    return count


def _csv_records(file: IO[bytes], dialect: Dialect) -> int:
    """Count the line ends outside of quotes; a last row without one counts too."""
    width = 4 if "32" in dialect.encoding else 2 if dialect.encoding in WIDE else 1
    end = b"\r" if dialect.line_terminator == "\r" else b"\n"
    quote = dialect.quotechar.encode() if dialect.quotechar.isascii() else b""
    count, inside, last = 0, 0, end
    for chunk in chunks(file):
        text = chunk if width == 1 else chunk.replace(b"\0", b"")
        for piece in text.split(quote)[inside::2] if quote else (text,):
            count += piece.count(end)
        inside = (inside + text.count(quote)) % 2 if quote else 0
        last = text[-1:] or last
    return count + (last != end)


def _sheet_records(file: IO[bytes], dialect: Dialect, limits: Limits) -> int:
    with open_workbook(file, limits) as book:
        part = book.sheet(dialect.sheet).part
    with safe_zip(file, limits) as archive:
        return sum(chunk.count(b"</row>") + chunk.count(b":row>") for chunk in archive.chunks(part, 1024 * 1024))

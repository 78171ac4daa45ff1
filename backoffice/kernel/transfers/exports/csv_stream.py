"""CSV in pieces."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# Spreadsheet programs take a file without it for one in the local encoding.
BYTE_ORDER_MARK = "\ufeff"


def csv_pieces(headings: Sequence[str], tables: Iterable[list[tuple[Any, ...]]]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8, piece by piece.

    Args:
        headings: the first row.
        tables: the cells, some rows at a time.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(headings)
    yield _taken(buffer)
    for rows in tables:
        writer.writerows(rows)
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()

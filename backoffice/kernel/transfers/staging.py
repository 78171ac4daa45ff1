"""From the file to tables of some thousand rows, groups kept whole, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.mapping import FileMapping
from backoffice.kernel.transfers.reading.dialect import Dialect
from backoffice.kernel.transfers.reading.limits import Limits
from backoffice.kernel.transfers.reading.rows import RawRow, open_rows
from backoffice.kernel.transfers.table import RawTable

CHUNK_ROWS = 5_000
# A group of rows longer than this is no product with its variants; it is cut.
LONGEST_GROUP = 20_000


def raw_tables(
    path: Path,
    *,
    kind: TransferKind,
    dialect: Dialect,
    mapping: FileMapping,
    limits: Limits,
    defaults: dict[str, str],
    currency: str,
    after: int = 0,
) -> Iterator[RawTable]:
    """Yield the rows of a file as tables, each a chunk whose groups are whole.

    Args:
        path: the file.
        kind: what its rows are.
        dialect: how it is read.
        mapping: which columns fill which fields.
        limits: caps.
        defaults: field → text for fields that no column fills.
        currency: the shop's own.
        after: row number after which to go on.

    Raises:
        ReadError: wherever reading cannot go on.
    """
    places = {**mapping.fields, **mapping.extras}
    group = places.get((mapping.shape.group if mapping.shape else "") or kind.group)
    with closing(open_rows(path, dialect, limits, after=after)) as rows:
        for chunk in _chunks(rows, group):
            table = _table(chunk, places, defaults)
            table.currency = currency
            for step in mapping.shape.steps if mapping.shape else ():
                step(table)
            yield table


def _chunks(rows: Iterator[RawRow], group: int | None) -> Iterator[list[RawRow]]:
    """Cut rows into chunks; where rows are grouped, only between two groups."""
    chunk: list[RawRow] = []
    last = ""
    for row in rows:
        key = row.cells[group].strip() if group is not None and group < len(row.cells) else ""
        if len(chunk) >= CHUNK_ROWS:
            same = group is not None and (not key or key == last)
            if not same or len(chunk) >= LONGEST_GROUP:
                yield chunk
                chunk = []
        chunk.append(row)
        last = key or last
    if chunk:
        yield chunk


def _table(rows: Sequence[RawRow], places: dict[str, int], defaults: dict[str, str]) -> RawTable:
    numbers, _, cells, flaws = zip(*rows, strict=True)
    wanted = max(places.values(), default=-1) + 1
    if min(map(len, cells)) < wanted:
        cells = tuple(row if len(row) >= wanted else [*row, *[""] * (wanted - len(row))] for row in cells)
    table = RawTable(list(numbers), {name: [row[place] for row in cells] for name, place in places.items()})
    if any(flaws):
        table.flaws = {
            place: f"{flaw.message} {flaw.hint}".strip() for place, flaw in enumerate(flaws) if flaw is not None
        }
    for name, text in defaults.items():
        if name not in places:
            table.cells[name] = [text] * len(table)
    return table

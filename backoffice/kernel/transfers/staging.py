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
from backoffice.kernel.transfers.shapes.steps import Step, Surveying
from backoffice.kernel.transfers.table import RawTable, Relatives

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
    steps = mapping.shape.steps if mapping.shape else ()
    surveying = any(isinstance(step, Surveying) for step in steps)
    with closing(open_rows(path, dialect, limits, after=after)) as rows:
        chunks = _chunks(rows, group)
        chunk = next(chunks, None)
        # Only files whose families may lie in several chunks are looked ahead into.
        upcoming = next(chunks, None) if surveying and chunk else None
        relatives = Relatives()
        if surveying and (after or upcoming):
            with closing(open_rows(path, dialect, limits)) as all_rows:
                relatives = _survey(_chunks(all_rows, group), steps, places)
        while chunk is not None:
            table = _table(chunk, places, defaults)
            table.currency = currency
            table.relatives = relatives
            for step in steps:
                step(table)
            yield table
            chunk, upcoming = upcoming or next(chunks, None), None


def _survey(chunks: Iterator[list[RawRow]], steps: Sequence[Step], places: dict[str, int]) -> Relatives:
    """Go through a file of several chunks from end to end for what the rows of one say of the rows of another."""
    relatives = Relatives()
    last = max(number for number, step in enumerate(steps) if isinstance(step, Surveying))
    for chunk in chunks:
        table = _table(chunk, places, {})
        for step in steps[: last + 1]:
            if isinstance(step, Surveying):
                step.survey(table, relatives)
            step(table)
    return relatives


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

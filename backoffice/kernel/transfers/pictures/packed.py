"""A table and its pictures in one ZIP."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, NamedTuple

from backoffice.kernel.transfers.pictures.archive import (
    PLAIN_TEXT,
    TABLES,
    PictureArchive,
    is_office_file,
    is_zip,
    refuse_nested,
    suffix_of,
)
from backoffice.kernel.transfers.reading.archives import SafeZip, ZipMember, safe_zip
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.limits import MEGABYTE, Limits


class PackedTable(NamedTuple):
    """The table of a ZIP, unpacked, and whether there are pictures beside it."""

    content: IO[bytes]
    name: str
    has_pictures: bool


@contextmanager
def unpacked_table(file: IO[bytes], limits: Limits) -> Iterator[PackedTable | None]:
    """Yield the table of a ZIP, unpacked for as long; None for a file that is none, or a workbook.

    Raises:
        ReadError: the ZIP may not be unpacked, or holds no table, or several.
    """
    with ExitStack() as stack:
        yield _unpacked(file, limits, stack) if is_zip(file) else None


def _unpacked(file: IO[bytes], limits: Limits, stack: ExitStack) -> PackedTable | None:
    with safe_zip(file, limits) as archive:
        if is_office_file(archive):
            return None
        refuse_nested(archive)
        table = _table_of(archive)
        limits.check_bytes(table.size)
        content = tempfile.SpooledTemporaryFile(max_size=8 * MEGABYTE)  # noqa: SIM115 - the stack closes it
        stack.enter_context(content)
        for chunk in archive.chunks(table.path):
            content.write(chunk)
        content.seek(0)
        return PackedTable(content, table.name, bool(PictureArchive(archive).pictures))


def _table_of(archive: SafeZip) -> ZipMember:
    members = archive.members()
    tables = [member for member in members if suffix_of(member) in TABLES]
    tables = tables or [member for member in members if suffix_of(member) == PLAIN_TEXT]
    if not tables:
        raise ReadError(
            "zip_no_table",
            "The ZIP holds no table.",
            hint="Pack the CSV or XLSX file with the pictures, or upload it with the pictures beside it.",
        )
    if len(tables) > 1:
        names = ", ".join(member.path for member in tables[:3])
        raise ReadError("zip_tables", f"The ZIP holds several tables: {names}.", hint="Leave one of them in it.")
    return tables[0]

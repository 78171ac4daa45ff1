"""Caps that hold before a file is parsed."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ReadError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Name how much one upload may hold.

    Args:
        max_bytes: size of the file as uploaded.
        max_unpacked_bytes: what a ZIP or XLSX may unpack to, all members together.
        max_rows: data rows, without the heading and blank rows.
        max_columns: columns of one row.
        max_cell_chars: characters of one cell.
        max_members: files in a ZIP or XLSX.
        max_ratio: how many times its packed size a large member may unpack to.
        max_shared_strings: distinct texts in the common text table of an XLSX.
    """

    max_bytes: int = 256 * MEGABYTE
    max_unpacked_bytes: int = 1024 * MEGABYTE
    max_rows: int = 1_048_575
    max_columns: int = 512
    max_cell_chars: int = 131_072
    max_members: int = 10_000
    max_ratio: int = 300
    max_shared_strings: int = 2_000_000

    def check_bytes(self, size: int) -> None:
        """Refuse a file that is empty or too large.

        Raises:
            ReadError: `empty` or `too_large`.
        """
        if size == 0:
            raise ReadError("empty", "The file is empty.", hint="Choose the file again, or export it again.")
        if size > self.max_bytes:
            raise ReadError(
                "too_large",
                f"The file holds {in_megabytes(size)}; the most that can be uploaded is {in_megabytes(self.max_bytes)}.",
                hint="Split it into several files.",
            )

    def check_columns(self, count: int, *, row: int | None = None, line: int | None = None) -> None:
        """Refuse a row of more columns than allowed.

        Raises:
            ReadError: `too_many_columns`.
        """
        if count > self.max_columns:
            raise ReadError(
                "too_many_columns",
                f"The row has {count:,} columns; the most that can be read is {self.max_columns:,}.",
                row,
                line=line,
                hint="Check the delimiter, or delete the columns that are not needed.",
            )

    def too_many_rows(self) -> ReadError:
        """Return the refusal of a file with more data rows than allowed."""
        return ReadError(
            "too_many_rows",
            f"The file has more than {self.max_rows:,} rows, which is the most that one upload may hold.",
            hint="Split it into several files.",
        )


def in_megabytes(size: int) -> str:
    """Return a number of bytes as people read it, for example "12.5 MB"."""
    return f"{size / MEGABYTE:,.1f} MB" if size >= MEGABYTE // 10 else f"{size:,} bytes"

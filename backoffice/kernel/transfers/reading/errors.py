"""Errors of reading: one for a file that cannot go on, one for a single cell or row."""

from __future__ import annotations

from typing import NamedTuple


class CellError(NamedTuple):
    """Say what is wrong with one cell or one row, in words for the person who made the file."""

    code: str
    message: str
    hint: str = ""


class ReadError(Exception):
    """Refuse a file, or stop reading it, and say where and what to do about it.

    Args:
        code: stable short name, for programs and tests.
        message: one sentence in plain words.
        row: row number as a spreadsheet shows it (the heading is usually row 1).
        line: line number as a text editor shows it.
        column: column number, from 1.
        hint: what the person can do.
    """

    def __init__(
        self,
        code: str,
        message: str,
        row: int | None = None,
        column: int | None = None,
        hint: str = "",
        *,
        line: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.row = row
        self.column = column
        self.hint = hint
        self.line = line

    def __str__(self) -> str:
        """Return place, message and hint as one line."""
        place = ", ".join(
            f"{word} {value}" for word, value in (("row", self.row), ("column", self.column)) if value is not None
        )
        text = f"{place[:1].upper()}{place[1:]}: {self.message}" if place else self.message
        return f"{text} {self.hint}" if self.hint else text

    def to_json(self) -> dict[str, str | int | None]:
        """Return the error as a JSON-able dictionary."""
        return {
            "code": self.code,
            "message": self.message,
            "row": self.row,
            "line": self.line,
            "column": self.column,
            "hint": self.hint,
        }

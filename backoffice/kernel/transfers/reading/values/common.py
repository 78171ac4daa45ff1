"""What the parsers of all kinds share: the loop over a column, and the refusal of damaged cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from backoffice.kernel.transfers.reading.errors import CellError
from backoffice.kernel.transfers.reading.sheets.cells import UNCALCULATED

T = TypeVar("T")

SHEET_ERRORS = frozenset(
    {
        "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!",
        "#GETTING_DATA", "#BLOCKED!", "#BUSY!", "#CONNECT!", "#UNKNOWN!", "#PYTHON!", "Err:502", "Err:504", "Err:508",
    }
)  # fmt: skip
# White space and marks without width that copying from web pages leaves around a value.
INVISIBLE = " \t\r\n\f\v\xa0\ufeff\u200b\u200e\u200f\u2060\u202f\u2007\u2009\u3000"
SHOWN = 60


def column_of(
    values: Sequence[str], parse: Callable[[str], T | CellError | None]
) -> tuple[list[T | None], dict[int, CellError]]:
    """Parse a column; equal texts are parsed once.

    Returns:
        The values in order, None where the cell is blank or wrong, and the errors by place.
    """
    known: dict[str, T | CellError | None] = {}
    found: list[T | None] = []
    errors: dict[int, CellError] = {}
    for place, value in enumerate(values):
        try:
            result = known[value]
        except KeyError:
            result = known[value] = parse(value)
        if result.__class__ is CellError:
            errors[place] = result
            found.append(None)
        else:
            found.append(cast("T | None", result))
    return found, errors


def sheet_error(value: str) -> CellError | None:
    """Return what to say about a cell that holds a spreadsheet's error instead of a value."""
    if value == UNCALCULATED:
        return CellError(
            "formula_without_result",
            "The cell holds a formula, but the file does not hold its result.",
            "Open the file in a spreadsheet program and save it again.",
        )
    if value in SHEET_ERRORS:
        return CellError(
            "sheet_error", f"The cell holds the spreadsheet error {value}.", "Mend the formula, or type the value."
        )
    return None


def quoted(value: str) -> str:
    """Return a value for a message: in quotes, on one line, not too long."""
    text = "".join(char if char.isprintable() else " " for char in value[: SHOWN + 1])
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”"


def bare(value: str) -> str | CellError:
    """Return a value that is not text, without what surrounds it; refuse a spreadsheet's error.

    A leading apostrophe goes too: people type it so that a spreadsheet leaves the cell alone.
    """
    text = value.strip(INVISIBLE)
    if text.startswith("'"):
        text = text[1:].lstrip(INVISIBLE)
    if text.startswith(("#", "Err:")):
        return sheet_error(text) or text
    return text

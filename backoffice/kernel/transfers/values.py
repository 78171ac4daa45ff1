"""From texts to values in the form in which the database gives them back, a column at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from backoffice.kernel.transfers.reading.errors import CellError
from backoffice.kernel.transfers.reading.mapping.columns import DEFAULT_FORMAT, Column, ValueFormat
from backoffice.kernel.transfers.reading.mapping.reading_columns import number_rule, read_column
from backoffice.kernel.transfers.reading.values.numbers import parse_decimal
from backoffice.kernel.transfers.rounding import rounded_texts
from backoffice.kernel.transfers.table import CLEAR, CLEAR_MARK, Batch, RawTable

_MESSAGE_VALUE = 200
# Stands between the texts of a column while they are looked at together; no file's text holds it unharmed.
_GAP = "\x1f"
# A blank at either end, or a first letter that may be the spreadsheet's and not the text's.
_NEEDS_CLEANING = (f"{_GAP} ", f"{_GAP}'", f"{_GAP}#", f" {_GAP}")

# What codes have in them that a spreadsheet has made numbers of, or that were to keep it from that.
_NEEDS_A_LOOK = ("E+", "e+", ".0", ",0", '="')


def batch_of(
    table: RawTable, columns: dict[str, Column], formats: dict[str, ValueFormat], *, rounding: bool = False
) -> Batch:
    """Check and convert the columns of a table that fill fields.

    Args:
        table: texts.
        columns: the kind's columns by field.
        formats: how each field's column is written.
        rounding: round the amounts that may be; each is counted as a remark of the table.
    """
    batch = Batch(table.numbers, {}, table.skipped, table.parents)
    for place, message in table.flaws.items():
        batch.refuse(place, "", None, message)
    for name, texts in table.cells.items():
        column = columns.get(name)
        if column is None:
            continue
        written = formats.get(name, ValueFormat())
        exact = _rounded(table, name, column, written) if rounding and column.rounds else texts
        values, errors = read_values(column, exact, written)
        batch.values[name] = values
        for place, error in errors.items():
            if place not in table.skipped:
                batch.refuse(place, name, texts[place][:_MESSAGE_VALUE], f"{error.message} {error.hint}".strip())
    return batch


def _rounded(table: RawTable, name: str, column: Column, written: ValueFormat) -> list[str]:
    texts = list(table.cells[name])
    found = rounded_texts(column, texts, written, table.currency)
    for place, text in found.items():
        texts[place] = text
    count = sum(1 for place in found if place not in table.skipped)
    what = column.label.lower()
    table.remark(f"{what} is rounded to {table.currency}.|cells of {what} are rounded to {table.currency}.", count)
    return texts


def read_values(column: Column, texts: Sequence[str], written: ValueFormat) -> tuple[list[Any], dict[int, CellError]]:
    """Return the values of one column and its errors by place."""
    cleared: list[int] = []
    values: list[Any]
    errors: dict[int, CellError] = {}
    if CLEAR_MARK in texts:
        cleared = [place for place, text in enumerate(texts) if text == CLEAR_MARK]
        texts = ["" if text == CLEAR_MARK else text for text in texts]
    if column.kind == "text" and _is_clean(column, texts):
        values = [text or None for text in texts]
    elif column.kind == "decimal":
        values, errors = _amounts(column, texts, written)
    else:
        found, errors = read_column(column, texts, written)
        values = list(found)
        if column.kind in {"date", "datetime"}:
            values = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
        elif column.kind == "list":
            values = [None if value is None else ", ".join(value) for value in values]
    for place in cleared:
        values[place] = CLEAR
    return values, errors


def as_read(column: Column, text: str) -> str:
    """Return a stored text as it would come back from a file."""
    values, _ = read_values(column, [text], DEFAULT_FORMAT)
    return values[0] if isinstance(values[0], str) else ""


def reads_as(column: Column, old: Any, new: Any) -> bool:
    """Say whether a stored text, written to a file and read again, would be the new one.

    Text that was entered elsewhere may hold what files are cleaned of: blanks around it, line
    breaks in a name, letters in several parts. Exporting and uploading it is no change.

    Args:
        column: the column that it is written to.
        old: what is stored.
        new: what the file says, and not the same.
    """
    if not isinstance(old, str) or not isinstance(new, str) or not old or column.kind == "decimal":
        return False  # amounts are kept and read in one form
    return not _reads_alike(old) and as_read(column, old) == new


def _reads_alike(text: str) -> bool:
    """Say whether a text surely comes back from a file as it is: by far the most do."""
    return text.isascii() and text.isprintable() and text[0] not in " '#" and text[-1] != " "


def _is_clean(column: Column, texts: Sequence[str]) -> bool:
    """Say whether reading would leave every text of a column as it is: looked at as one string, at C's speed."""
    joined = _GAP.join(["", *texts, ""])
    return (
        joined.replace(_GAP, "").isprintable()
        and (joined.isascii() or unicodedata.is_normalized("NFC", joined))
        and not any(mark in joined for mark in _NEEDS_CLEANING)
        and not (column.code and any(mark in joined for mark in _NEEDS_A_LOOK))
        and (column.max_length is None or max(map(len, texts), default=0) <= column.max_length)
    )


def _amounts(column: Column, texts: Sequence[str], written: ValueFormat) -> tuple[list[Any], dict[int, CellError]]:
    """Return amounts as digits; those that already have the stored form are taken as they are."""
    places = column.places or 0
    rule = number_rule(column, written)
    values: list[Any] = []
    errors: dict[int, CellError] = {}
    known: dict[str, Any] = {}
    usual = _usual_form(column, written)
    for place, text in enumerate(texts):
        if usual is not None and usual(text):
            values.append(text)
            continue
        try:
            value = known[text]
        except KeyError:
            number = parse_decimal(text, rule)
            value = f"{number:.{places}f}" if type(number) is Decimal else number
            known[text] = value
        if type(value) is CellError:
            errors[place] = value
            value = None
        values.append(value)
    return values, errors


def _usual_form(column: Column, written: ValueFormat) -> Any:
    """Return a test for amounts that are written as they are stored and lie within every bound."""
    low, high = column.minimum, column.maximum
    if written.decimal_mark != "." or not column.places or high is None or (low is not None and low > 0):
        return None
    whole = len(str(int(high)))
    safe = whole if set(str(int(high))) == {"9"} else whole - 1
    return re.compile(rf"(?:0|[1-9]\d{{0,{safe - 1}}})\.\d{{{column.places}}}", re.ASCII).fullmatch if safe else None

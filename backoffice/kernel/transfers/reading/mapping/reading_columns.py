"""Read whole columns: from the texts of the cells to the values of a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from backoffice.kernel.transfers.reading.errors import CellError
from backoffice.kernel.transfers.reading.values.dates import date_column, datetime_column
from backoffice.kernel.transfers.reading.values.marks import decide_decimal_mark
from backoffice.kernel.transfers.reading.values.numbers import DecimalRule, decimal_column, integer_column
from backoffice.kernel.transfers.reading.values.orders import decide_date_order
from backoffice.kernel.transfers.reading.values.text import TextRule, text_column
from backoffice.kernel.transfers.reading.values.words import (
    bool_column,
    choice_column,
    choice_table,
    decide_list_separator,
    list_column,
)

from .columns import DEFAULT_FORMAT, Column, ValueFormat

ColumnValues = tuple[Sequence[object], dict[int, CellError]]
ColumnReader = Callable[[Column, Sequence[str], ValueFormat], ColumnValues]


class Question(NamedTuple):
    """Ask a person what the file does not tell: which part of the format, why, and the possible answers."""

    about: str
    text: str
    choices: tuple[str, ...]


class FormatGuess(NamedTuple):
    """Hold how a column is written, what a person must still choose, and what they should know."""

    written: ValueFormat
    questions: tuple[Question, ...] = ()
    note: str = ""


def decide_format(
    column: Column, values: Sequence[str], hint: ValueFormat = DEFAULT_FORMAT, *, hinted: bool = False
) -> FormatGuess:
    """Decide how the values of a column are written, from as many of them as there are.

    Args:
        column: the field.
        values: cells of the column.
        hint: how other columns of the same file are written.
        hinted: whether a column proved the decimal mark of the hint.
    """
    if column.kind in {"decimal", "integer"}:
        mark = decide_decimal_mark(values, hint=hint.decimal_mark if hinted else "")
        ask = () if mark.sure else (Question("decimal_mark", mark.note, (".", ",")),)
        return FormatGuess(ValueFormat(decimal_mark=mark.mark), ask, mark.note if mark.borrowed else "")
    if column.kind in {"date", "datetime"}:
        order = decide_date_order(values, hint=hint.date_order)
        asked = () if order.sure else (Question("date_order", order.note, ("dmy", "mdy")),)
        return FormatGuess(ValueFormat(date_order=order.order), asked, order.note if order.borrowed else "")
    if column.kind == "list":
        return FormatGuess(ValueFormat(list_separator=decide_list_separator(values)))
    return FormatGuess(DEFAULT_FORMAT)


def read_column(column: Column, values: Sequence[str], written: ValueFormat = DEFAULT_FORMAT) -> ColumnValues:
    """Return the values of a column and the errors by place; None where a cell is blank or wrong.

    Args:
        column: the field, with its kind and bounds.
        values: the cells.
        written: how they are written.
    """
    return _READERS[column.kind](column, values, written)


def number_rule(column: Column, written: ValueFormat, *, exact: bool = False) -> DecimalRule:
    """Return the rule for the numbers of a column; an exact one takes any number of decimals."""
    return DecimalRule(
        mark=written.decimal_mark,
        places=None if exact else column.places,
        may_round=column.rounds,
        minimum=column.minimum,
        maximum=column.maximum,
        currency=column.currency,
        percent=column.percent,
    )


_READERS: dict[str, ColumnReader] = {
    "text": lambda column, values, _: text_column(
        values, TextRule(multiline=column.multiline, max_length=column.max_length, code=column.code)
    ),
    "decimal": lambda column, values, written: decimal_column(values, number_rule(column, written)),
    "integer": lambda column, values, written: integer_column(values, number_rule(column, written)),
    "bool": lambda _, values, __: bool_column(values),
    "date": lambda _, values, written: date_column(values, written.date_order),
    "datetime": lambda _, values, written: datetime_column(values, written.date_order),
    "choice": lambda column, values, _: choice_column(values, choice_table(column.choices, column.aliases)),
    "list": lambda _, values, written: list_column(values, written.list_separator),
}

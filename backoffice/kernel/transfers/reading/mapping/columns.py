"""Declare what a kind of upload can hold, and how the values of one column are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.header import known_keys
from backoffice.kernel.transfers.reading.shapes import Shape
from backoffice.kernel.transfers.reading.values.dates import DateOrder

Kind = Literal["text", "decimal", "integer", "bool", "date", "datetime", "choice", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Declare one field that an upload may fill.

    Args:
        field: name of the field in code and in our own exports.
        label: heading that people see, in templates and on screen.
        synonyms: headings that other systems and people use for it.
        kind: kind of its values.
        required: an upload without it is refused.
        example: a value for the template.
        help: what to write, in one sentence.
        shape: what its values look like where that alone tells the field ("email", "url", "barcode"), or empty.
        choices: stored values of the kind "choice".
        aliases: further spelling → stored value, for choices.
        multiline: line breaks in its text are kept.
        code: its texts are codes, which spreadsheets turn into numbers.
        max_length: characters of its text, or None.
        places: decimals of its numbers, or None.
        minimum: smallest number, or None.
        maximum: largest number, or None.
        currency: ISO 4217 code that a currency sign in the cell must agree with, or empty.
        percent: its numbers are percentages, so that "19%" means 19.
        rounds: an amount of the shop's currency, which may be rounded to it where a person asks for that.
    """

    field: str
    label: str
    synonyms: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False
    example: str = ""
    help: str = ""
    shape: Shape | Literal[""] = ""
    choices: tuple[str, ...] = ()
    aliases: Mapping[str, str] | None = None
    multiline: bool = False
    code: bool = False
    max_length: int | None = None
    places: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str = ""
    percent: bool = False
    rounds: bool = False

    @property
    def own_keys(self) -> frozenset[str]:
        """Return the comparable forms of its field name and label."""
        return known_keys((self.field, self.label))

    @property
    def synonym_keys(self) -> frozenset[str]:
        """Return the comparable forms of its synonyms."""
        return known_keys(self.synonyms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFormat:
    """Say how the values of one column of one file are written, as decided once for all its cells.

    Args:
        decimal_mark: "." or ",".
        date_order: "dmy", "mdy" or empty where each date has one meaning.
        list_separator: what stands between the items of a list.
    """

    decimal_mark: str = "."
    date_order: DateOrder = ""
    list_separator: str = ","

    def to_json(self) -> dict[str, str]:
        """Return a JSON-able dictionary."""
        return {
            "decimal_mark": self.decimal_mark,
            "date_order": self.date_order,
            "list_separator": self.list_separator,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> ValueFormat:
        """Read a format back, from the database or from a form, and check it.

        Raises:
            ReadError: `mapping`.
        """
        mark, order = data.get("decimal_mark", "."), data.get("date_order", "")
        separator = data.get("list_separator", ",")
        fits = mark in {".", ","} and order in {"", "dmy", "mdy"}
        if not fits or not isinstance(separator, str) or not separator or len(separator) > 3:
            raise ReadError("mapping", "The way that a column is written is none of those offered.")
        return cls(decimal_mark=str(mark), date_order=cast("DateOrder", order), list_separator=separator)


DEFAULT_FORMAT = ValueFormat()

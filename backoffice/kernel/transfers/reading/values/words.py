"""Values that are words: yes and no, one of a list of choices, several in one cell."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from backoffice.kernel.transfers.reading.errors import CellError
from backoffice.kernel.transfers.reading.header import name_key

from .common import INVISIBLE, bare, column_of, quoted
from .text import clean_text

_YES = "true t yes y 1 x on active enabled ja j wahr oui o vrai si sì sí s vero verdadero sim tak da ✓ ✔ ☑ نعم"
_NO = "false f no n 0 off inactive disabled nein falsch non faux falso não nao nie nee net ✗ ✘ ☐ لا"
BOOLEANS: dict[str, bool] = dict.fromkeys(_YES.split(), True) | dict.fromkeys(_NO.split(), False)
SEPARATORS = ("|", ";", "\n", ",")


def parse_bool(value: str) -> bool | CellError | None:
    """Return yes or no, in any of the ways that exports and people write it.

    Args:
        value: the cell, for example "TRUE", "no", "ja", "1", "x".
    """
    text = bare(value)
    if isinstance(text, CellError):
        return text
    if not text:
        return None
    key = text.casefold()
    found = BOOLEANS.get(key, BOOLEANS.get(key.removesuffix(".0")))
    if found is None:
        return CellError("not_a_bool", f"{quoted(value)} is neither yes nor no.", "Write yes or no.")
    return found


def bool_column(values: Sequence[str]) -> tuple[list[bool | None], dict[int, CellError]]:
    """Parse a column of yes and no; see `parse_bool`."""
    return column_of(values, parse_bool)


def choice_table(choices: Iterable[str], aliases: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what `parse_choice` looks a cell up in.

    Each spelling is in it as it is and without its punctuation; where two are the same without it
    ("1" and "-1"), only the one that is written so counts.

    Args:
        choices: stored values, which may be written as they are.
        aliases: further spellings → stored value.
    """
    stored = {choice: choice for choice in choices}
    table: dict[str, str] = {}
    for alias, choice in (aliases or {}).items():
        table.setdefault(name_key(alias), choice)
    table |= {name_key(choice): choice for choice in stored}
    return table | {spelling.casefold(): choice for spelling, choice in {**(aliases or {}), **stored}.items()}


def parse_choice(value: str, table: Mapping[str, str]) -> str | CellError | None:
    """Return the stored value that a cell names; case, spaces and punctuation make no difference.

    Args:
        value: the cell.
        table: from `choice_table`.
    """
    text = bare(value)
    if isinstance(text, CellError):
        return text
    if not text:
        return None
    found = table.get(text.casefold()) or table.get(name_key(text))
    if found is not None:
        return found
    near = difflib.get_close_matches(name_key(text), table, n=1, cutoff=0.7)
    allowed = ", ".join(dict.fromkeys(table.values()))
    hint = f"Did you mean {table[near[0]]}?" if near else ""
    return CellError("not_a_choice", f"{quoted(value)} is not one of: {allowed}.", hint)


def choice_column(values: Sequence[str], table: Mapping[str, str]) -> tuple[list[str | None], dict[int, CellError]]:
    """Parse a column of choices; see `parse_choice`."""
    return column_of(values, lambda value: parse_choice(value, table))


def decide_list_separator(values: Iterable[str]) -> str:
    """Return what separates the items of lists in a column: the first of | ; line break , that occurs."""
    seen = {separator for value in values for separator in SEPARATORS if separator in value}
    return next((separator for separator in SEPARATORS if separator in seen), SEPARATORS[-1])


def parse_list(value: str, separator: str = ",") -> tuple[str, ...] | CellError | None:
    """Return the items of a cell in order, each once, without blanks.

    Args:
        value: the cell, for example "red, green".
        separator: as decided for the column.
    """
    whole = clean_text(value)
    if whole is None or isinstance(whole, CellError):
        return whole
    parts = value.splitlines() if separator == "\n" else value.split(separator)
    items: dict[str, None] = {}
    for part in parts:
        item = clean_text(part)
        if isinstance(item, CellError):
            return item
        if item:
            items[re.sub(r"\s+", " ", item.strip(INVISIBLE))] = None
    return tuple(items) or None


def list_column(
    values: Sequence[str], separator: str = ","
) -> tuple[list[tuple[str, ...] | None], dict[int, CellError]]:
    """Parse a column of lists; see `parse_list`."""
    return column_of(values, lambda value: parse_list(value, separator))

"""How a file is to be read: everything that was sniffed, so that a person can correct each part."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from .encodings import LABELS, canonical_encoding
from .errors import ReadError

FileFormat = Literal["csv", "xlsx"]
Terminator = Literal["\n", "\r\n", "\r", "mixed"]
TERMINATORS: dict[str, str] = {
    "\n": "LF (Unix, macOS)",
    "\r\n": "CRLF (Windows)",
    "\r": "CR (old Macintosh)",
    "mixed": "mixed",
}


# What a person should look at → how that begins.
_DOUBTS = {"encoding": "The encoding is not certain. ", "sheet": "", "skip": ""}


class Note(NamedTuple):
    """Say in plain words why one part of the dialect was chosen.

    `about` names the field of `Dialect`; `sure` is False where a person should look.
    """

    about: str
    text: str
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Describe how to read one file.

    Args:
        format: "csv" or "xlsx".
        encoding: key of `encodings.LABELS`; empty for XLSX.
        bom: whether the file begins with a byte order mark, which is no part of the first cell.
        delimiter: one character; empty for XLSX.
        quotechar: one character, or empty if quotes have no meaning in this file.
        doublequote: a quote inside a quoted cell is written twice.
        escapechar: the character that takes away the meaning of the next one, or empty.
        spaced: blanks after a delimiter are no part of the cell, which may be quoted behind them.
        line_terminator: what ends a row; "mixed" takes CR, LF and CRLF all as row ends.
        skip: rows above the heading (a report title, say) that are no data.
        has_header: whether the first row after those names the columns.
        width: columns that a row of this file should have.
        sheet: name of the sheet, for XLSX.
        sheets: names of the visible sheets to choose from, for XLSX.
        notes: why each part was chosen.
    """

    format: FileFormat = "csv"
    encoding: str = "utf-8"
    bom: bool = False
    delimiter: str = ","
    quotechar: str = '"'
    doublequote: bool = True
    escapechar: str = ""
    spaced: bool = False
    line_terminator: Terminator = "\n"
    skip: int = 0
    has_header: bool = True
    width: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def sure(self) -> bool:
        """Say whether no part of the dialect is a mere guess."""
        return all(note.sure for note in self.notes)

    @property
    def doubts(self) -> list[str]:
        """Return what may be lost or misread where nobody looks at the dialect, in sentences."""
        return [f"{_DOUBTS[note.about]}{note.text}" for note in self.notes if note.about in _DOUBTS and not note.sure]

    def corrected(self, **changes: object) -> Dialect:
        """Return the dialect with some parts replaced by a person's choice, and checked.

        Raises:
            ReadError: `dialect`, if a value cannot be.
        """
        notes = tuple(note for note in self.notes if note.about not in changes)
        chosen = tuple(Note(name, "Chosen by hand.") for name in changes)
        return Dialect.from_json({**self.to_json(), **changes, "notes": [list(note) for note in notes + chosen]})

    def to_json(self) -> dict[str, object]:
        """Return a JSON-able dictionary that `from_json` reads back as an equal dialect."""
        data: dict[str, object] = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in {"notes", "sheets"}
        }
        data["sheets"] = list(self.sheets)
        data["notes"] = [{"about": note.about, "text": note.text, "sure": note.sure} for note in self.notes]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Dialect:
        """Read a dialect back, from the database or from a form, and check each value.

        Raises:
            ReadError: `dialect` or `encoding_unknown`.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise _refusal(f"“{unknown[0]}” is no part of a dialect.")
        values: dict[str, object] = dict(data)
        for name, check in _CHECKS.items():
            if name in values and not check(values[name]):
                raise _refusal(f"{values[name]!r} cannot be the {name.replace('_', ' ')} of a file.")
        if values.get("format", "csv") == "csv":
            values["encoding"] = canonical_encoding(str(values.get("encoding", "utf-8")))
        values["sheets"] = tuple(cast("list[str]", values.get("sheets", ())))
        values["notes"] = tuple(_note(item) for item in cast("list[object]", values.get("notes", ())))
        dialect = cls(**values)  # type: ignore[arg-type]  # each value was checked above
        dialect.check_characters()
        return dialect

    def check_characters(self) -> None:
        """Refuse a delimiter, quote and escape character that contradict each other.

        Raises:
            ReadError: `dialect`.
        """
        if self.format == "xlsx":
            return
        if not self.delimiter or self.delimiter in "\r\n\0":
            raise _refusal("A CSV file needs a delimiter of one character, which cannot be a line end.")
        marks = [mark for mark in (self.delimiter, self.quotechar, self.escapechar) if mark]
        if len(set(marks)) < len(marks):
            raise _refusal("The delimiter, the quote and the escape character must differ from each other.")

    def label(self) -> str:
        """Return one line for a person, for example "CSV, delimiter “;”, Unicode (UTF-8), CRLF (Windows)"."""
        if self.format == "xlsx":
            return f"XLSX, sheet “{self.sheet}”"
        names = {"\t": "tab", " ": "space"}
        parts = (
            f"CSV, delimiter “{names.get(self.delimiter, self.delimiter)}”",
            LABELS.get(self.encoding, self.encoding),
            TERMINATORS[self.line_terminator],
        )
        return ", ".join(parts)


def _refusal(message: str) -> ReadError:
    return ReadError("dialect", message, hint="Correct the settings of the file.")


def _note(item: object) -> Note:
    if isinstance(item, Mapping):
        return Note(str(item["about"]), str(item["text"]), bool(item["sure"]))
    about, text, sure = cast("tuple[str, str, bool]", item)
    return Note(about, text, sure)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_mark(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 1


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_CHECKS: dict[str, Callable[[object], bool]] = {
    "format": lambda value: value in ("csv", "xlsx"),
    "encoding": _is_text,
    "bom": _is_flag,
    "delimiter": _is_mark,
    "quotechar": _is_mark,
    "doublequote": _is_flag,
    "escapechar": _is_mark,
    "spaced": _is_flag,
    "line_terminator": lambda value: value in TERMINATORS,
    "skip": _is_count,
    "has_header": _is_flag,
    "width": _is_count,
    "sheet": _is_text,
    "sheets": lambda value: isinstance(value, list | tuple),
    "notes": lambda value: isinstance(value, list | tuple),
}

"""Find out how a file is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import IO

from .dialect import TERMINATORS, Dialect, Note, Terminator
from .encodings import LABELS, mark_of
from .errors import ReadError
from .fileformats import file_kind
from .guess_encoding import guess_encoding
from .guess_header import guess_header
from .header import known_keys
from .limits import Limits
from .rows import first_records
from .sheets.rows import first_filled
from .source import Source, opened, size_of
from .structure import Structure, find_structure, line_terminator

SAMPLE_BYTES = 128 * 1024
SAMPLE_RECORDS = 120
# Sheets that are looked into for headings, and how many known ones tell a table from a cover sheet.
MOST_SHEETS = 20
FEWEST_KNOWN = 2
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


def sniff(
    source: Source,
    name: str = "",
    *,
    known_names: Iterable[str] = (),
    limits: Limits | None = None,
    chosen: Mapping[str, object] | None = None,
) -> Dialect:
    """Return the dialect of a file, with a note for each part that says why.

    Args:
        source: path or seekable binary file.
        name: the file's name as uploaded; only for messages.
        known_names: names of the fields that the caller expects (field names, labels, synonyms).
        limits: caps, checked before anything is parsed.
        chosen: parts of the dialect that a person has chosen; the others are found to fit them.

    Raises:
        ReadError: with the reason why the file cannot be read.
    """
    caps = limits or Limits()
    with opened(source) as file:
        caps.check_bytes(size_of(file))
        if file_kind(file) == "zip":
            dialect = _sniff_sheet(file, caps, dict(chosen or {}))
            if "sheet" not in (chosen or {}):
                dialect = _known_sheet(file, dialect, known_keys(known_names), caps)
        else:
            _refuse_name(name)
            dialect = _sniff_csv(file, dict(chosen or {}))
        return _with_header(file, dialect, known_keys(known_names), caps, dict(chosen or {}))


def _refuse_name(name: str) -> None:
    """Refuse text that its name says is no table."""
    suffix = PurePath(name).suffix.lower()
    if suffix in {".json", ".xml", ".html", ".htm", ".sql", ".xls", ".xlsx", ".xlsm"}:
        hint = "Save it again as CSV or XLSX."
        raise ReadError(
            "wrong_format", f"The file's name ends in “{suffix}”, but what it holds is plain text.", hint=hint
        )


def _sniff_sheet(file: IO[bytes], limits: Limits, chosen: dict[str, object]) -> Dialect:
    sheet, sheets, passed_over = first_filled(file, limits)
    if "sheet" in chosen:
        note = Note("sheet", "Chosen by hand.")
        sheet = str(chosen["sheet"])
    elif passed_over:
        note = Note("sheet", f"“{sheet}” is the first sheet that is not blank.", sure=False)
    else:
        more = f" of {len(sheets)}, and the only one that is read" if len(sheets) > 1 else ""
        note = Note("sheet", f"“{sheet}” is the first sheet{more}.", sure=len(sheets) == 1)
    return Dialect(format="xlsx", encoding="", delimiter="", quotechar="", sheet=sheet, sheets=sheets, notes=(note,))


def _known_sheet(file: IO[bytes], dialect: Dialect, known: frozenset[str], limits: Limits) -> Dialect:
    """Pass over a cover sheet: choose the first sheet with known headings, where the first one has none."""
    for name in dialect.sheets[:MOST_SHEETS] if len(dialect.sheets) > 1 else ():
        at = Dialect.from_json({**dialect.to_json(), "sheet": name})
        found = guess_header(first_records(file, at, limits, SAMPLE_RECORDS), known).known
        if found and name == dialect.sheet:
            break
        if found >= FEWEST_KNOWN:
            text = f"“{name}” is the first sheet with known headings of {len(dialect.sheets)}, and the only one that is read."
            return Dialect.from_json({**at.to_json(), "notes": [["sheet", text, False]]})
    return dialect


def _sniff_csv(file: IO[bytes], chosen: dict[str, object]) -> Dialect:
    encoding, bom, note = _encoding(file, chosen)
    text, complete = _sample(file, encoding, bom=bom)
    if not text.strip():
        raise ReadError("empty", "The file has no row with a value.", hint="Choose the file again, or export it again.")
    quote = str(chosen["quotechar"]) if "quotechar" in chosen else None
    delimiter = str(chosen.get("delimiter", ""))
    announced = text[4:5] if text[:4].casefold() == "sep=" and text[5:6] in {"\r", "\n"} else ""
    base = Dialect(encoding=encoding, bom=bom)
    if "line_terminator" in chosen:
        base = base.corrected(line_terminator=chosen["line_terminator"])
    else:
        base = base.corrected(line_terminator=line_terminator(text, quote if quote is not None else '"'))
    found = find_structure(
        text,
        terminator=base.line_terminator,
        complete=complete,
        delimiter=delimiter or announced,
        quotechar=quote,
    )
    escape = str(chosen.get("escapechar", found.escapechar))
    doublequote = bool(chosen.get("doublequote", True))
    notes = (note, _delimiter_note(found, delimiter, announced), *_other_notes(found, base.line_terminator, chosen))
    return Dialect(
        encoding=encoding,
        bom=bom,
        delimiter=found.delimiter,
        quotechar=found.quotechar,
        doublequote=doublequote,
        escapechar=escape,
        spaced=found.spaced,
        line_terminator=base.line_terminator,
        width=found.width,
        notes=notes,
    )


def _encoding(file: IO[bytes], chosen: dict[str, object]) -> tuple[str, bool, Note]:
    if "encoding" in chosen:
        encoding = Dialect().corrected(encoding=str(chosen["encoding"])).encoding
        file.seek(0)
        bom = mark_of(file.read(4))[1] == encoding
        return encoding, bom, Note("encoding", "Chosen by hand.")
    guess = guess_encoding(file)
    return guess.encoding, guess.bom, Note("encoding", f"{LABELS[guess.encoding]}: {guess.reason}", guess.sure)


def _sample(file: IO[bytes], encoding: str, *, bom: bool) -> tuple[str, bool]:
    """Return the first whole lines as text, and whether they are all there is."""
    file.seek(0)
    head = file.read(SAMPLE_BYTES)
    complete = len(head) < SAMPLE_BYTES
    text = head[len(mark_of(head)[0]) if bom else 0 :].decode(encoding, "replace")
    if complete:
        return text, True
    end = max(text.rfind("\n"), text.rfind("\r"))
    return (text[: end + 1] if end > 0 else text), False


def _delimiter_note(found: Structure, chosen: str, announced: str) -> Note:
    name = DELIMITER_NAMES.get(found.delimiter, f"“{found.delimiter}”")
    if chosen:
        return Note("delimiter", "Chosen by hand.")
    if announced:
        return Note("delimiter", f"The first line of the file names the delimiter: {name}.")
    if found.width <= 1:
        return Note("delimiter", "No delimiter makes columns, so each line is one cell.", sure=False)
    more = "" if found.sure else " Another delimiter fits nearly as well."
    return Note("delimiter", f"With {name} as delimiter the rows have {found.width} columns.{more}", found.sure)


def _other_notes(found: Structure, line_end: Terminator, chosen: dict[str, object]) -> tuple[Note, ...]:
    if found.escapechar:
        quote = f"Cells are quoted with {found.quotechar}, and quotes inside them marked with {found.escapechar}."
    elif found.quotechar:
        quote = f"Cells may be quoted with {found.quotechar}; a quote inside them is written twice."
    else:
        quote = "Quotes have no meaning in this file."
    ends = f"Rows end with {TERMINATORS[line_end]}." if line_end != "mixed" else "Rows end in different ways."
    found_notes = (
        Note("quotechar", quote, sure=found.quotechar == '"' and not found.escapechar),
        Note("line_terminator", ends, sure=line_end != "mixed"),
    )
    return tuple(Note(note.about, "Chosen by hand.") if note.about in chosen else note for note in found_notes)


def _with_header(
    file: IO[bytes], dialect: Dialect, known: frozenset[str], limits: Limits, chosen: dict[str, object]
) -> Dialect:
    records = first_records(file, dialect, limits, SAMPLE_RECORDS)
    guess = guess_header(records, known)
    skip = int(str(chosen.get("skip", guess.skip)))
    has_header = bool(chosen.get("has_header", guess.has_header))
    notes = dialect.notes
    if skip and "skip" not in chosen:
        notes += (Note("skip", f"The table begins after {skip} rows of other text.", sure=False),)
    by_hand = "has_header" in chosen
    notes += (Note("has_header", "Chosen by hand." if by_hand else guess.reason, by_hand or guess.sure),)
    width = _table_width(records[skip:], dialect, has_header=has_header)
    values = {**dialect.to_json(), "skip": skip, "has_header": has_header, "width": width}
    return Dialect.from_json({**values, "notes": [list(note) for note in notes]})


def _table_width(records: list[list[str]], dialect: Dialect, *, has_header: bool) -> int:
    filled = [record for record in records if any(cell.strip() for cell in record)]
    if dialect.format == "xlsx":
        return max(map(len, filled), default=0)
    return len(filled[0]) if has_header and filled else dialect.width

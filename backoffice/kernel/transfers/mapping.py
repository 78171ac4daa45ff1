"""Which column of an upload fills which field: by shape, by a saved mapping, by names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.models import SavedMapping
from backoffice.kernel.transfers.reading.header import name_key
from backoffice.kernel.transfers.reading.mapping.columns import ValueFormat
from backoffice.kernel.transfers.reading.mapping.mapping import Mapping, Match, missing_fields
from backoffice.kernel.transfers.reading.mapping.reading_columns import Question, decide_format
from backoffice.kernel.transfers.reading.mapping.suggest import suggest_mapping
from backoffice.kernel.transfers.shapes import Shape, recognise

# Columns that the errors file adds; in a mended file they say nothing.
OWN_EXTRA_COLUMNS = frozenset(map(name_key, ("Row number", "What is wrong")))
# What an open question is answered by → in words.
_READ = {
    ".": "point before its decimals",
    ",": "comma before its decimals",
    "dmy": "day first",
    "mdy": "month first",
}


@dataclass(frozen=True)
class FileMapping:
    """The mapping of one file.

    Attributes:
        mapping: the match of each column.
        shape: the recognised shape, or None.
        saved: name of the saved mapping that was used, or "".
    """

    mapping: Mapping
    shape: Shape | None = None
    saved: str = ""

    @property
    def fields(self) -> dict[str, int]:
        """Return field → place of its column."""
        return self.mapping.places

    @property
    def extras(self) -> dict[str, int]:
        """Return the names that only the shape's steps read → place of the column."""
        if self.shape is None:
            return {}
        headings = [match.header for match in self.mapping.matches]
        return {name: place for place, name in self.shape.extra_places(headings).items()}

    @property
    def formats(self) -> dict[str, ValueFormat]:
        """Return how each field's column is written; what a step makes of columns is written like them."""
        found = {match.field: match.written for match in self.mapping.matches if match.field}
        for field in self.shape.made_fields().difference(found) if self.shape is not None else ():
            like = [found[name] for name in self.shape.sources_of(field) if name in found] if self.shape else []
            if like:
                found[field] = like[0]
        return found

    @property
    def unmapped(self) -> list[str]:
        """Return the headings of the columns that are not used at all."""
        used = set(self.extras.values())
        return [
            match.header
            for match in self.mapping.matches
            if not match.field and match.place not in used and name_key(match.header) not in OWN_EXTRA_COLUMNS
        ]

    def without_guesses(self) -> tuple[FileMapping, list[str]]:
        """Return the mapping without what was only guessed, and a sentence about each guess and open question."""
        matches: list[Match] = []
        left = [
            f"The column “{match.header}”: {question.text}{_read_as(match, question)}"
            for match in self.mapping.matches
            if match.how != "guess"
            for question in match.questions
        ]
        for match in self.mapping.matches:
            if match.how == "guess":
                left.append(
                    f"The column “{match.header}” may be “{match.field}”; nobody has confirmed it, so it is left out."
                )
                matches.append(Match(place=match.place, header=match.header))
            else:
                matches.append(match)
        return replace(self, mapping=replace(self.mapping, matches=tuple(matches))), left

    def to_json(self) -> dict[str, Any]:
        """Return what the upload keeps."""
        return {**self.mapping.to_json(), "shape": self.shape.name if self.shape else "", "saved": self.saved}


def _read_as(match: Match, question: Question) -> str:
    """Return how a column is read while nobody has answered a question about it, or ""."""
    words = _READ.get(str(match.written.to_json().get(question.about, "")))
    return f" It is read with the {words}." if words else ""


def mapping_of(kind: TransferKind, data: AnyMapping[str, Any]) -> FileMapping:
    """Read an upload's mapping back.

    Raises:
        ReadError: it names fields that do not exist (any more).
    """
    mapping = Mapping.from_json(data, kind.resource.columns())
    return FileMapping(mapping, kind.shape(str(data.get("shape", ""))), str(data.get("saved", "")))


def suggest(
    kind: TransferKind,
    headings: Sequence[str],
    samples: Sequence[Sequence[str]],
    *,
    has_header: bool = True,
    saved: SavedMapping | None = None,
) -> FileMapping:
    """Suggest the mapping of a file.

    Args:
        kind: kind of the upload.
        headings: distinct headings, or "Column 1" ... where the file has none.
        samples: rows of cells.
        has_header: whether the headings are the file's own.
        saved: a mapping made by hand, which wins.
    """
    columns = kind.resource.columns()
    named = suggest_mapping(headings, columns, samples, silent=OWN_EXTRA_COLUMNS)
    if saved is not None:
        return FileMapping(_with_saved(named, saved, kind), saved=saved.name)
    shape = recognise(kind.shapes, headings) if has_header else _positional(kind, headings, samples)
    if shape is None:
        return FileMapping(named)
    places = shape.places(headings) if has_header else _by_place(shape)
    return FileMapping(_with_shape(named, shape, places, kind, samples), shape)


def choose_column(
    mapping: Mapping, place: int, field: str, kind: TransferKind, samples: Sequence[Sequence[str]]
) -> Mapping:
    """Let a person say what a column is, and find out from its values how it is written.

    Raises:
        ReadError: there is no such column or field.
    """
    columns = kind.resource.columns()
    mapping = mapping.chosen(place, field, columns)
    decided = decide_format(kind.columns[field], [row[place] for row in samples if place < len(row)])
    matches = list(mapping.matches)
    matches[place] = replace(matches[place], written=decided.written, questions=decided.questions, note=decided.note)
    return replace(mapping, matches=tuple(matches))


def fingerprint(headings: Sequence[str]) -> str:
    """Return what tells files with the same headings, whatever their order of columns; mended rows are of that form."""
    keys = sorted(key for key in map(name_key, headings) if key not in OWN_EXTRA_COLUMNS)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def _with_shape(
    named: Mapping, shape: Shape, places: dict[int, str], kind: TransferKind, samples: Sequence[Sequence[str]]
) -> Mapping:
    """Let the shape say what its columns are; of the others only those count that bear a field's own name."""
    taken = set(places.values())
    headings = [match.header for match in named.matches]
    own_names = shape.own_names_of(headings)
    columns = {name: place for place, name in {**shape.extra_places(headings), **places}.items()}
    matches: list[Match] = []
    for match in named.matches:
        field = places.get(match.place)
        if field:
            beside = [columns[name] for name in shape.sources_of(field) if name in columns]
            cells = [
                row[place] for place in dict.fromkeys((match.place, *beside)) for row in samples if place < len(row)
            ]
            decided = decide_format(kind.columns[field], cells)
            written, questions = decided[0], decided[1]
            note = f"Known from exports of {shape.label}."
            matches.append(
                replace(match, field=field, how="synonym", score=1.0, note=note, written=written, questions=questions)
            )
        elif match.how == "exact" and match.field not in taken and match.place not in own_names:
            matches.append(match)
        else:
            matches.append(Match(place=match.place, header=match.header))
    return Mapping(matches=tuple(matches), missing=missing_fields(matches, kind.resource.columns()))


def _with_saved(named: Mapping, saved: SavedMapping, kind: TransferKind) -> Mapping:
    """Let the saved mapping decide every column that it knows."""
    chosen: dict[str, dict[str, Any]] = {name_key(heading): item for heading, item in saved.columns.items()}
    mapping = named
    for match in named.matches:
        item = chosen.get(name_key(match.header))
        field = str(item.get("field", "")) if item else ""
        if item is None or (field and field not in kind.columns):
            continue
        written = ValueFormat.from_json(cast("dict[str, object]", item["written"])) if item.get("written") else None
        mapping = mapping.chosen(match.place, field, kind.resource.columns(), written)
    return mapping


def _positional(kind: TransferKind, headings: Sequence[str], samples: Sequence[Sequence[str]]) -> Shape | None:
    """Return the shape for files without headings whose numbers stand where its numbers do."""
    from backoffice.kernel.transfers.reading.mapping.similarity import value_fit

    for shape in kind.shapes:
        if not shape.positional or len(headings) != len(shape.positional):
            continue
        fits = []
        for place, field in enumerate(shape.positional):
            column = kind.columns.get(field)
            if column is not None and column.kind != "text":
                cells = [row[place] for row in samples if place < len(row)]
                fits.append(value_fit(column, cells) or 0.0)
        if fits and min(fits) >= _FITTING:
            return shape
    return None


_FITTING = 0.8


def _by_place(shape: Shape) -> dict[int, str]:
    return {place: name for place, name in enumerate(shape.positional) if name}

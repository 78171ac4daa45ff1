"""Which column of a file fills which field, and how it is written; to be shown, corrected and saved."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from backoffice.kernel.transfers.reading.errors import ReadError

from .columns import DEFAULT_FORMAT, Column, ValueFormat
from .reading_columns import Question

How = Literal["exact", "synonym", "guess", "chosen", "none"]
HOWS = frozenset({"exact", "synonym", "guess", "chosen", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Say what one column of the file is.

    Args:
        place: number of the column, from 0.
        header: its heading in the file.
        field: the field that it fills, or empty.
        how: by its own name ("exact"), by a synonym, as a guess, chosen by a person, or not at all.
        score: 0 to 1.
        note: in plain words, what a person should know about it.
        written: how its values are written.
        questions: what a person must choose before it can be read.
    """

    place: int
    header: str
    field: str = ""
    how: How = "none"
    score: float = 0.0
    note: str = ""
    written: ValueFormat = DEFAULT_FORMAT
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Hold the match of each column, in the order of the file, and the required fields that no column fills."""

    matches: tuple[Match, ...]
    missing: tuple[str, ...] = ()

    @property
    def places(self) -> dict[str, int]:
        """Return field → number of its column."""
        return {match.field: match.place for match in self.matches if match.field}

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Return the headings of the columns that fill nothing."""
        return tuple(match.header for match in self.matches if not match.field)

    @property
    def questions(self) -> tuple[tuple[str, Question], ...]:
        """Return what a person must choose, each with the heading of its column."""
        return tuple((match.header, question) for match in self.matches for question in match.questions)

    @property
    def complete(self) -> bool:
        """Say whether the file can be read with it: no required field is missing, no question open."""
        return not self.missing and not self.questions

    def match_of(self, field: str) -> Match | None:
        """Return the match that fills a field."""
        return next((match for match in self.matches if match.field == field), None)

    def chosen(self, place: int, field: str, columns: Sequence[Column], written: ValueFormat | None = None) -> Mapping:
        """Return the mapping with one column assigned by a person; a column that had the field loses it.

        Args:
            place: number of the column.
            field: the field, or empty to leave the column out.
            columns: all fields.
            written: how the column is written; answers its questions.

        Raises:
            ReadError: `mapping`.
        """
        if not 0 <= place < len(self.matches) or (field and field not in {column.field for column in columns}):
            raise ReadError("mapping", f"There is no column {place + 1}, or no field “{field}”.")
        matches = [
            replace(match, field="", how="none", score=0.0, questions=()) if field and match.field == field else match
            for match in self.matches
        ]
        old = self.matches[place]
        kept = old.questions if old.field == field and written is None else ()
        matches[place] = replace(
            old,
            field=field,
            how="chosen" if field else "none",
            score=1.0 if field else 0.0,
            note="",
            written=written or old.written,
            questions=kept,
        )
        return Mapping(matches=tuple(matches), missing=missing_fields(matches, columns))

    def to_json(self) -> dict[str, object]:
        """Return a JSON-able dictionary that `from_json` reads back as an equal mapping."""
        return {
            "matches": [
                {
                    "place": match.place,
                    "header": match.header,
                    "field": match.field,
                    "how": match.how,
                    "score": match.score,
                    "note": match.note,
                    "written": match.written.to_json(),
                    "questions": [[ask.about, ask.text, list(ask.choices)] for ask in match.questions],
                }
                for match in self.matches
            ],
            "missing": list(self.missing),
        }

    @classmethod
    def from_json(cls, data: AnyMapping[str, object], columns: Sequence[Column]) -> Mapping:
        """Read a mapping back, from the database or from a form, and check it against the fields.

        Raises:
            ReadError: `mapping`, for a field that does not exist (any more) or is filled twice.
        """
        try:
            items = cast("list[dict[str, object]]", data["matches"])
            matches = [_match(place, item) for place, item in enumerate(items)]
        except (KeyError, TypeError, ValueError) as error:
            raise ReadError("mapping", "The saved mapping cannot be read.", hint="Map the columns again.") from error
        known = {column.field for column in columns}
        fields = [match.field for match in matches if match.field]
        for field in fields:
            if field not in known:
                raise ReadError("mapping", f"There is no field “{field}”.", hint="Map the columns again.")
            if fields.count(field) > 1:
                raise ReadError("mapping", f"Two columns fill “{field}”.", hint="Leave one of them out.")
        return cls(matches=tuple(matches), missing=missing_fields(matches, columns))


def missing_fields(matches: Sequence[Match], columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the required fields that no column fills."""
    filled = {match.field for match in matches}
    return tuple(column.field for column in columns if column.required and column.field not in filled)


def _match(place: int, item: AnyMapping[str, object]) -> Match:
    how = str(item.get("how", "chosen"))
    if how not in HOWS:
        raise ValueError(how)
    questions = cast("list[tuple[str, str, list[str]]]", item.get("questions", []))
    return Match(
        place=place,
        header=str(item["header"]),
        field=str(item.get("field", "")),
        how=cast("How", how),
        score=float(str(item.get("score", 0))),
        note=str(item.get("note", "")),
        written=ValueFormat.from_json(cast("dict[str, object]", item.get("written", {}))),
        questions=tuple(Question(about, text, tuple(choices)) for about, text, choices in questions),
    )

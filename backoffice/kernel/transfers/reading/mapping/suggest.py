"""Suggest which column of a file fills which field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from backoffice.kernel.transfers.reading.header import name_key
from backoffice.kernel.transfers.reading.shapes import is_barcode, shape_of

from .columns import DEFAULT_FORMAT, Column, ValueFormat
from .mapping import How, Mapping, Match, missing_fields
from .reading_columns import decide_format
from .similarity import NEAR_NAME, name_similarity, value_fit

EXACT, SYNONYM = 1.0, 0.95
# The cells below a guessed heading must fit to this share.
FITTING = 0.6
BY_SHAPE = 0.55
TELLING_SHAPE = 0.8
NUMBERED = "column"


class _Candidate(NamedTuple):
    score: float
    place: int
    order: int
    how: How


def suggest_mapping(
    headers: Sequence[str],
    columns: Sequence[Column],
    samples: Sequence[Sequence[str]] = (),
    *,
    silent: Collection[str] = (),
) -> Mapping:
    """Find the field of each column, by its own name, by a synonym, or as a guess that is marked so.

    A heading that is the name of a field, or a synonym, is taken whatever the cells hold (a note
    says if they do not fit). A guess needs a heading that resembles a name and cells that fit;
    or, where nothing resembles, cells that only one field has, such as mail addresses. Each field
    is filled once and each column fills one field; the best pair wins.

    Args:
        headers: distinct headings (`Header.names`).
        columns: the fields.
        samples: rows of cells; the more, the better the format of each column is known.
        silent: keys of headings that never fill anything.
    """
    cells = [[row[place] for row in samples if place < len(row)] for place in range(len(headers))]
    taken: dict[int, _Candidate] = {}
    used: set[int] = set()
    for candidate in sorted(_candidates(headers, columns, cells, silent), key=lambda item: (-item.score, item.place)):
        if candidate.place not in taken and candidate.order not in used:
            taken[candidate.place] = candidate
            used.add(candidate.order)
    matches = [_match(place, header, taken.get(place), columns, cells) for place, header in enumerate(headers)]
    matches = _with_formats(matches, columns, cells)
    return Mapping(matches=tuple(matches), missing=missing_fields(matches, columns))


def _candidates(
    headers: Sequence[str], columns: Sequence[Column], cells: Sequence[Sequence[str]], silent: Collection[str]
) -> list[_Candidate]:
    found: list[_Candidate] = []
    for place, header in enumerate(headers):
        key = name_key(header)
        if key in silent:
            continue
        certain = [
            _Candidate(
                EXACT if key in column.own_keys else SYNONYM,
                place,
                order,
                "exact" if key in column.own_keys else "synonym",
            )
            for order, column in enumerate(columns)
            if key in column.own_keys or key in column.synonym_keys
        ]
        found += certain or _guesses(place, header, columns, cells[place])
    return found


def _guesses(place: int, header: str, columns: Sequence[Column], cells: Sequence[str]) -> list[_Candidate]:
    """Return the fields that a column with an unknown heading may fill."""
    found: list[_Candidate] = []
    unnamed = name_key(header).rstrip("0123456789") == NUMBERED
    shape = _telling_shape(cells)
    for order, column in enumerate(columns):
        near = 0.0 if unnamed else name_similarity(header, column)
        if near >= NEAR_NAME:
            fit = value_fit(column, cells)
            if fit is None or fit >= FITTING:
                found.append(_Candidate(0.9 * near * (0.8 if fit is None else fit), place, order, "guess"))
        elif shape and column.shape == shape:
            found.append(_Candidate(BY_SHAPE, place, order, "guess"))
    return found


def _telling_shape(cells: Sequence[str]) -> str:
    """Return the shape that nearly all cells have, if it tells a field by itself."""
    filled = [cell for cell in cells if cell.strip()]
    shapes = [shape_of(cell) for cell in filled]
    for shape in ("email", "url", "barcode"):
        if filled and shapes.count(shape) >= TELLING_SHAPE * len(filled):
            # Numbers of eight digits pass the check digit once in ten; a single one proves nothing.
            return shape if shape != "barcode" or sum(map(is_barcode, map(str.strip, filled))) > 1 else ""
    return ""


def _match(
    place: int,
    header: str,
    candidate: _Candidate | None,
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
) -> Match:
    if candidate is None:
        wanted = [column.label for column in columns if name_key(header) in column.own_keys | column.synonym_keys]
        note = f"Another column already fills “{wanted[0]}”." if wanted else ""
        return Match(place=place, header=header, note=note)
    column = columns[candidate.order]
    fit = value_fit(column, cells[place])
    note = ""
    if fit is not None and fit < FITTING:
        note = f"Only {fit:.0%} of the sample values fit the field."
    elif candidate.how == "guess":
        note = (
            "Guessed from the heading."
            if candidate.score > BY_SHAPE or not column.shape
            else "Guessed from the values."
        )
    return Match(
        place=place, header=header, field=column.field, how=candidate.how, score=round(candidate.score, 3), note=note
    )


def _with_formats(matches: Sequence[Match], columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[Match]:
    """Decide how each column is written; what one column proves is a hint for the others."""
    fields = {column.field: column for column in columns}
    mapped = [match for match in matches if match.field]
    hint, hinted = _proven(mapped, fields, cells)
    done = list(matches)
    for match in mapped:
        guess = decide_format(fields[match.field], cells[match.place], hint, hinted=hinted)
        # Whether the cells fit is not known while nobody has said how to read them.
        fits = "" if guess.questions and match.how != "guess" else match.note
        note = " ".join(filter(None, (fits, guess.note)))
        done[match.place] = replace(match, written=guess.written, questions=guess.questions, note=note)
    return done


def _proven(
    mapped: Sequence[Match], fields: dict[str, Column], cells: Sequence[Sequence[str]]
) -> tuple[ValueFormat, bool]:
    """Return what the columns prove about the file, if they do not contradict each other."""
    marks: set[str] = set()
    orders: set[str] = set()
    for match in mapped:
        column, values = fields[match.field], cells[match.place]
        written, questions, _ = decide_format(column, values)
        telling = [value for value in values if "." in value or "," in value]
        if column.kind in {"decimal", "integer"} and telling and not questions:
            marks.add(written.decimal_mark)
        if column.kind in {"date", "datetime"} and written.date_order:
            orders.add(written.date_order)
    mark = marks.pop() if len(marks) == 1 else ""
    order = orders.pop() if len(orders) == 1 else ""
    data = {"decimal_mark": mark or DEFAULT_FORMAT.decimal_mark, "date_order": order}
    return ValueFormat.from_json(data), bool(mark)

"""What the pages of an upload show of its columns and rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import is_aware, localtime

from backoffice.kernel.files.services import file_path
from backoffice.kernel.transfers.kinds import TransferKind, transfer_kind
from backoffice.kernel.transfers.mapping import FileMapping
from backoffice.kernel.transfers.models import RowAction, StagedRow, Upload
from backoffice.kernel.transfers.reading.dialect import Dialect
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.mapping.columns import Column
from backoffice.kernel.transfers.reading.mapping.mapping import Match
from backoffice.kernel.transfers.reading.mapping.reading_columns import decide_format
from backoffice.kernel.transfers.reading.rows import read_samples
from backoffice.kernel.transfers.runs import upload_limits
from backoffice.kernel.transfers.services.uploads import SAMPLE_ROWS

SAMPLES = 3
_HOW = {
    "exact": "by its name",
    "synonym": "by a known name",
    "guess": "",
    "chosen": "chosen by hand",
    "none": "",
}


_ANSWERS = {
    ".": "A point is the decimal mark: 1,234.50",
    ",": "A comma is the decimal mark: 1.234,50",
    "dmy": "Day, month, year: 31/12/2026",
    "mdy": "Month, day, year: 12/31/2026",
}


@dataclass(frozen=True)
class ColumnRow:
    """One column of the file on the mapping screen."""

    place: int
    header: str
    field: str
    how: str
    is_guess: bool
    is_read: bool
    is_open: bool
    note: str
    samples: list[str]
    questions: list[Asked]


@dataclass(frozen=True)
class Asked:
    """What a person has to say of a column before it can be read; answers are (value, in words).

    What was answered already stays on the screen with its answer, so that a slip can be corrected.
    """

    about: str
    text: str
    answers: list[tuple[str, str]]
    answer: str = ""


@dataclass(frozen=True)
class PlanRow:
    """One row of the preview; changes are (label, old, new), with None where there is no old value."""

    number: int
    action: str
    label: str
    key: str
    changes: list[tuple[str, Any, Any]]
    errors: list[tuple[str, str, str]]
    url: str


def column_rows(upload: Upload, mapping: FileMapping) -> list[ColumnRow]:
    """Return the columns of a file with their first values."""
    rows = _samples(upload)
    columns = transfer_kind(upload.kind).columns
    extras = set(mapping.extras.values())
    return [
        ColumnRow(
            place=match.place,
            header=match.header,
            field=match.field,
            how=_HOW.get(match.how, match.how),
            is_guess=match.how == "guess",
            is_read=match.place in extras,
            is_open=match.how == "guess" or bool(match.questions),
            note=match.note,
            samples=[text[:60] for text in _cells(rows[:SAMPLES], match.place) if text.strip()],
            questions=_asked(match, columns, _cells(rows, match.place)),
        )
        for match in mapping.mapping.matches
    ]


def _asked(match: Match, columns: Mapping[str, Column], cells: Sequence[str]) -> list[Asked]:
    """Return what is open about a column, or what somebody has answered about it."""
    questions, written = match.questions, {}
    if not questions and match.how == "chosen" and match.field in columns:
        questions, written = decide_format(columns[match.field], cells).questions, match.written.to_json()
    return [
        Asked(
            ask.about,
            ask.text,
            [(value, _ANSWERS.get(value, value)) for value in ask.choices],
            str(written.get(ask.about, "")),
        )
        for ask in questions
    ]


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row)]


def _samples(upload: Upload) -> list[Sequence[str]]:
    dialect = Dialect.from_json(upload.dialect)
    try:
        rows = read_samples(file_path(upload.file), dialect, upload_limits(), count=SAMPLE_ROWS)
    except (ReadError, FileNotFoundError):
        return []
    return [row.cells for row in rows]


def plan_rows(kind: TransferKind, rows: Sequence[StagedRow], *, applied: bool = False) -> list[PlanRow]:
    """Return staged rows as people read them.

    Args:
        kind: what they are.
        rows: a page of them.
        applied: whether the new rows are in the database, so that there is something to link to.
    """
    labels = {field: column.label for field, column in kind.columns.items()}
    targets = kind.target_models()
    return [
        PlanRow(
            number=row.number,
            action=row.action,
            label=action_label(row.action),
            key=row.key,
            changes=_changes(row, labels),
            errors=[
                (labels.get(field, field), _shown_moment(value or ""), message)
                for field, value, message in _json(row.errors, [])
            ],
            url=_url(row, targets, applied),
        )
        for row in rows
    ]


def action_label(action: str) -> str:
    """Return what the plan does with a row, in the words of the totals."""
    return _LABELS.get(action) or RowAction(action).label


_LABELS = {RowAction.ERROR.value: "Wrong", RowAction.SKIPPED.value: "Left out"}


def _changes(row: StagedRow, labels: dict[str, str]) -> list[tuple[str, Any, Any]]:
    changes: list[tuple[str, Any, Any]] = []
    for field, value in _json(row.diff, {}).items():
        label = labels.get(field, field.replace("_", " ").capitalize())
        if row.action == RowAction.CREATE or not (isinstance(value, list) and len(value) == 2):
            changes.append((label, None, _shown(value)))
        else:
            changes.append((label, _shown(value[0]), _shown(value[1])))
    return changes


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(item)}" for key, item in value.items())
    return _shown_moment(str(value))


def _shown_moment(text: str) -> str:
    """Return a moment as files say it, in the shop's time; any other text as it is."""
    if not _MOMENT.fullmatch(text):
        return text
    moment = datetime.fromisoformat(text)
    moment = localtime(moment).replace(tzinfo=None) if is_aware(moment) else moment
    return moment.isoformat(" ", "seconds" if moment.second else "minutes")


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d:\d\d)?", re.ASCII)


def _json(text: str, empty: Any) -> Any:
    return orjson.loads(text) if text else empty


def _url(row: StagedRow, targets: tuple[Any, ...], applied: bool) -> str:
    """Return the address of the object that a row stands for, where it is there to be looked at."""
    there = {RowAction.UPDATE, RowAction.UNCHANGED, RowAction.CONFLICT} | ({RowAction.CREATE} if applied else set())
    if row.object_id is None or row.action not in there or row.target >= len(targets):
        return ""
    options = targets[row.target]._meta
    try:
        return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.object_id])
    except NoReverseMatch:
        return ""

"""An object as it was at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from backoffice.kernel.history.timeline.events import UNTOLD, _last_name, _want
from backoffice.kernel.history.timeline.sources import Source
from backoffice.kernel.history.timeline.values import RelatedLabels, in_words


@dataclass(frozen=True)
class AsOf:
    """One row as it was: its name and its fields in words."""

    model: Any
    object_id: Any
    what: str
    since: datetime
    fields: list[tuple[str, str]]


def as_of(sources: Sequence[Source], moment: datetime, *, user: Any) -> list[AsOf]:
    """Return the rows of a stream as they were at a moment, the object itself first.

    Rows that did not exist then, or not any more, are left out.

    Args:
        sources: the object's and its children's history.
        moment: when.
        user: who looks.
    """
    labels = RelatedLabels(user)
    found: list[tuple[Source, list[Any]]] = []
    for source in sources:
        rows = _rows_at(source, moment)
        if rows:
            _want(labels, source, rows)
            found.append((source, rows))
    labels.fetch()
    return [_described(source, row, labels) for source, rows in found for row in rows]


def _rows_at(source: Source, moment: datetime) -> list[Any]:
    history = source.history.filter(source.where, history_date__lte=moment).order_by()
    newest = history.values(source.key).annotate(newest=Max("history_id")).values("newest")
    rows = source.history.filter(history_id__in=newest).order_by(source.key)
    return [row for row in rows if row.history_type != "-"]


def _described(source: Source, row: Any, labels: RelatedLabels) -> AsOf:
    key = getattr(row, source.key)
    names = source.fields
    fields = [
        (str(entry.verbose_name), in_words(entry, getattr(row, entry.attname), labels))
        for entry in row.tracked_fields
        if not entry.primary_key and entry.name not in UNTOLD and (names is None or entry.name in names)
    ]
    return AsOf(source.model, key, labels.known(source.model, key) or _last_name(row), row.history_date, fields)

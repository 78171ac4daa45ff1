"""History rows of several models as one stream of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, IntegerField, OuterRef, Subquery, Value
from django.utils.translation import gettext as _

from backoffice.kernel.history.timeline.sources import Source
from backoffice.kernel.history.timeline.values import RelatedLabels, in_words, related_model
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.selectors import jobs_visible

# Moves with every write and says nothing by itself.
UNTOLD = frozenset({"updated_at"})
# Columns that name a row well, in this order, for rows that are gone.
_NAMING = ("number", "name", "sku", "store_name", "title", "code", "handle", "email", "text", "position")


@dataclass(frozen=True)
class Change:
    """One field that an event changed, in words."""

    label: str
    old: str
    new: str
    name: str = ""


@dataclass(frozen=True)
class Event:
    """One creation, change or deletion of one row.

    ``job`` is what the reader may open; ``job_id`` is not told, only joined with what else they may see.
    """

    at: datetime
    kind: str
    history_id: int
    model: type[models.Model]
    object_id: Any
    what: str
    is_child: bool
    exists: bool
    who: str
    reason: str
    job: Job | None
    job_id: int | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def verb(self) -> str:
        """What happened, in a word."""
        return {"+": _("created"), "~": _("changed"), "-": _("deleted")}[self.kind]


@dataclass(frozen=True)
class TimelinePage:
    """One page of a stream."""

    events: list[Event]
    number: int
    pages: int
    total: int

    @property
    def has_newer(self) -> bool:
        """Whether there is a page before this one."""
        return self.number > 1

    @property
    def has_older(self) -> bool:
        """Whether there is a page after this one."""
        return self.number < self.pages


def timeline_page(sources: Sequence[Source], *, user: Any, number: int = 1, per_page: int = 50) -> TimelinePage:
    """Return one page of a stream, newest first.

    Args:
        sources: the history rows in the stream.
        user: who looks: names of rows and people out of the user's scope are not told.
        number: page, from 1; too great a number gives the last page.
        per_page: events on a page.
    """
    index = _index(sources)
    total = index.count()
    pages = max(1, -(-total // per_page))
    number = min(max(1, number), pages)
    start = (number - 1) * per_page
    found = list(index.order_by("-event_at", "-event_key")[start : start + per_page])
    return TimelinePage(_events(sources, found, user), number, pages, total)


def events_since(sources: Sequence[tuple[Source, int]], *, user: Any, limit: int = 50) -> list[Event]:
    """Return the events after a history id per source, newest first."""
    narrowed = [
        Source(source.model, source.where & models.Q(history_id__gt=after), source.fields, source.is_child)
        for source, after in sources
    ]
    return _events(narrowed, list(_index(narrowed).order_by("-event_at", "-event_key")[:limit]), user)


def _index(sources: Sequence[Source]) -> Any:
    """Return the (moment, history id, source number) of all events, as one query."""
    parts = [
        source.history.filter(source.where)
        .order_by()
        .annotate(
            event_at=F("history_date"),
            event_key=F("history_id"),
            event_source=Value(number, output_field=IntegerField()),
        )
        .values_list("event_at", "event_key", "event_source")
        for number, source in enumerate(sources)
    ]
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _events(sources: Sequence[Source], found: list[tuple[datetime, int, int]], user: Any) -> list[Event]:
    keys: dict[int, list[int]] = defaultdict(list)
    for _at, key, number in found:
        keys[number].append(key)
    rows: dict[tuple[int, int], Any] = {}
    before: dict[tuple[int, int], Any] = {}
    labels = RelatedLabels(user)
    for number, source in enumerate(sources):
        if not keys[number]:
            continue
        current, earlier = _with_predecessors(source, keys[number])
        rows |= {(number, row.history_id): row for row in current}
        before |= {(number, row.history_id): earlier.get(row.event_before) for row in current}
        _want(labels, source, [*current, *earlier.values()])
    labels.want(get_user_model(), (row.history_user_id for row in rows.values()))
    labels.fetch()
    jobs = jobs_visible(user).in_bulk({row.history_job_id for row in rows.values() if row.history_job_id})
    return [
        _event(sources[number], rows[number, key], before[number, key], labels, jobs)
        for _at, key, number in found
        if (number, key) in rows
    ]


def _with_predecessors(source: Source, keys: list[int]) -> tuple[list[Any], dict[int, Any]]:
    """Return history rows and, by id, the rows before them of the same object."""
    history = source.history
    previous = (
        history.filter(**{source.key: OuterRef(source.key)}, history_id__lt=OuterRef("history_id"))
        .order_by("-history_id")
        .values("history_id")[:1]
    )
    current = list(history.filter(history_id__in=keys).order_by().annotate(event_before=Subquery(previous)))
    return current, history.in_bulk([row.event_before for row in current if row.event_before is not None])


def _shown_fields(source: Source, row: Any) -> list[models.Field[Any, Any]]:
    names = source.fields
    return [
        entry
        for entry in row.tracked_fields
        if not entry.primary_key and entry.name not in UNTOLD and (names is None or entry.name in names)
    ]


def _want(labels: RelatedLabels, source: Source, rows: list[Any]) -> None:
    """Note every related row that the events will have to name."""
    if source.is_child:
        labels.want(source.model, (getattr(row, source.key) for row in rows))
    for entry in _shown_fields(source, rows[0]):
        related = related_model(entry)
        if related is not None:
            labels.want(related, (getattr(row, entry.attname) for row in rows))


def _event(source: Source, row: Any, earlier: Any, labels: RelatedLabels, jobs: dict[int, Job]) -> Event:
    key = getattr(row, source.key)
    name = labels.known(source.model, key) if source.is_child else None
    user_model = get_user_model()
    actor = labels.known(user_model, row.history_user_id) if row.history_user_id else None
    # What the house noted down about its own reasons is not for the other side of the counter.
    reason = row.history_change_reason if labels.house or actor is not None else ""
    job = jobs.get(row.history_job_id)
    return Event(
        at=row.history_date,
        kind=row.history_type,
        history_id=row.history_id,
        model=source.model,
        object_id=key,
        what=name or _last_name(row),
        is_child=source.is_child,
        exists=name is not None or not source.is_child,
        who=actor or _unnamed(row, labels),
        reason=reason,
        job=job,
        job_id=row.history_job_id,
        changes=_changes(source, row, earlier, labels),
    )


def _unnamed(row: Any, labels: RelatedLabels) -> str:
    if not labels.house:
        return _("The shop")
    return _("Former user %s") % row.history_user_id if row.history_user_id else _("The system")


def _last_name(row: Any) -> str:
    """Name a row that is gone (or out of scope) from its own history row, without reading others."""
    for name in _NAMING:
        value = getattr(row, name, None)
        if value:
            return str(value)
    return f"{row.instance_type._meta.verbose_name} {getattr(row, row.instance_type._meta.pk.attname)}"


def _changes(source: Source, row: Any, earlier: Any, labels: RelatedLabels) -> list[Change]:
    """Return what an event changed; of a new row its values, of a deleted one those it had."""
    found = []
    for entry in _shown_fields(source, row):
        new = None if row.history_type == "-" else getattr(row, entry.attname)
        if row.history_type == "-":
            old = getattr(row, entry.attname)
        else:
            old = getattr(earlier, entry.attname) if earlier is not None and row.history_type == "~" else None
        if row.history_type == "~" and earlier is None:
            continue
        if old == new or (not old and not new and row.history_type != "~"):
            continue
        label = str(entry.verbose_name)
        found.append(Change(label, in_words(entry, old, labels), in_words(entry, new, labels), entry.name))
    return found

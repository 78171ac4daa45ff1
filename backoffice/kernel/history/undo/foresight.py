"""What an undo will not be able to give back: a value is taken by now, or what a row belonged to is gone. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.history.undo.fates import fates, rows_deciding
from backoffice.kernel.history.undo.flags import single_flag
from backoffice.kernel.history.undo.steps import GONE, TAKEN, Due, orphans
from backoffice.kernel.history.undo.tables import Table, quoted, rows

# Rows of which the history is looked at together; each is a parameter of the query.
_TOGETHER = 500


class Hindered(NamedTuple):
    """A row that would stay as it is: what was due with it (restore, recreate), and why it cannot be."""

    kind: str
    reason: str


class _Holder(NamedTuple):
    """A row that holds now what another one held.

    Attributes:
        key: the row that is to get it back.
        holder: the row that has it.
        hands_over: whether both are written in one step: flags go from row to row.
    """

    key: Any
    holder: Any
    hands_over: bool

    def gives_up(self, deleted: set[Any], due: set[Any]) -> bool:
        """Say whether the value can be had back without waiting for the holder to be written."""
        return self.holder in deleted or (self.hands_over and self.holder in due)


class _Unique(NamedTuple):
    """Fields and expressions of which no two rows may hold the same, among the rows of a condition."""

    fields: tuple[str, ...]
    expressions: tuple[Any, ...] = ()
    condition: Q | None = None
    hands_over: bool = False

    def names(self) -> set[str]:
        """Return the fields that decide."""
        read = [*self.expressions, *([self.condition] if self.condition is not None else [])]
        found = {name for expression in read for name in _fields_of(expression)}
        return {*self.fields, *found}

    def among(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the condition, with the values of the expressions."""
        named = {f"unique{number}": expression for number, expression in enumerate(self.expressions)}
        among: QuerySet[Any] = found.filter(self.condition or Q()).annotate(**named)
        return among

    def same(self, model: type[models.Model]) -> dict[str, OuterRef]:
        """Return the filter for rows that hold what the outer one holds."""
        names = [model._meta.get_field(name).attname for name in self.fields]  # type: ignore[union-attr]
        names += [f"unique{number}" for number in range(len(self.expressions))]
        return {name: OuterRef(name) for name in names}


class Deciding:
    """What decides whether a row of a table can be what it was: unique values, and what it belongs to.

    Args:
        table: the rows' table.
    """

    def __init__(self, table: Table) -> None:
        fields = {field.name: field for field in table.fields()}
        self.table = table
        self.unique = [entry for entry in _unique_sets(table.model) if entry.names() <= fields.keys()]
        self.parents = [
            field for name, field in fields.items() if isinstance(table.model._meta.get_field(name), models.ForeignKey)
        ]
        names = {name for entry in self.unique for name in entry.names()} | {field.name for field in self.parents}
        self.columns = [quoted(str(fields[name].column)) for name in sorted(names)]

    def hindered(self, job_id: int, kept: Collection[Any]) -> dict[Any, Hindered]:
        """Return the rows that an undo cannot give back what they held.

        Only rows come into question in which the job changed what decides, or which it deleted. A row
        that holds a value now is in the way, unless the undo moves it too.

        Args:
            job_id: the job that would be undone.
            kept: rows made by the job that will not be deleted.
        """
        found = rows_deciding(self.table, job_id, self.columns)
        if not found:
            return {}
        kinds = {key: kind for key, _, kind in found}
        due: list[Due] = [(key, prior) for key, prior, _ in found]
        orphaned = _orphaned(self.table, job_id, due, self.parents)
        holders = [
            _Holder(key, holder, entry.hands_over)
            for entry in self.unique
            for key, holder in _holders(self.table, due, entry)
        ]
        deleted = _deleted(self.table, job_id, {entry.holder for entry in holders}) - set(kept)
        stuck = _stuck(kinds.keys() - orphaned, deleted, holders)
        reasons = dict.fromkeys(stuck, TAKEN) | dict.fromkeys(orphaned, GONE)
        return {key: Hindered(kinds[key], reason) for key, reason in reasons.items()}


def _stuck(due: set[Any], deleted: set[Any], holders: list[_Holder]) -> set[Any]:
    """Return the rows that never get their value back, however often those that can give theirs up do so first.

    Rows that would have to change places are among them: neither can go first.
    """
    stuck: set[Any] = set()
    while True:
        left = due - stuck
        freed = _freed(left, [entry for entry in holders if entry.key in left and not entry.gives_up(deleted, left)])
        if freed == left:
            return stuck
        # A flag that was to be handed over by one of these is not.
        stuck |= left - freed


def _freed(left: set[Any], holders: list[_Holder]) -> set[Any]:
    """Return the rows that can be written one after the other, each when all that held its values have been."""
    waits = Counter(entry.key for entry in holders)
    waiting: dict[Any, list[Any]] = {}
    for entry in holders:
        waiting.setdefault(entry.holder, []).append(entry.key)
    freed: set[Any] = set()
    ready = [key for key in left if not waits[key]]
    while ready:
        key = ready.pop()
        freed.add(key)
        for next_one in waiting.get(key, ()):
            waits[next_one] -= 1
            if not waits[next_one]:
                ready.append(next_one)
    return freed


def _orphaned(table: Table, job_id: int, due: list[Due], parents: list[models.Field[Any, Any]]) -> set[Any]:
    """Return the rows whose parents are gone, and do not come back with the same undo either."""
    found = orphans(table, due, parents)
    missing: dict[type[models.Model], set[Any]] = {}
    for orphan in found:
        missing.setdefault(orphan.parent, set()).add(orphan.missing)
    back = {model: _coming_back(model, job_id, keys) for model, keys in missing.items()}
    return {orphan.key for orphan in found if orphan.missing not in back[orphan.parent]}


def _coming_back(model: type[models.Model], job_id: int, keys: set[Any]) -> set[Any]:
    if not is_tracked(model) or not Table(model).is_whole:
        return set()
    query, params = fates(Table(model), job_id, 0, sorted(keys))
    back = {row[0] for row in rows(query, params) if row[4] == "recreate"}
    return back - Deciding(Table(model)).hindered(job_id, ()).keys() if back else back


def _holders(table: Table, due: list[Due], unique: _Unique) -> Iterator[tuple[Any, Any]]:
    """Yield (row, other row that holds now what it held)."""
    key = table.model._meta.pk.attname
    now = unique.among(table.model._base_manager.exclude(pk=OuterRef(key))).filter(**unique.same(table.model))
    before = unique.among(table.history.objects.order_by()).annotate(holder=Subquery(now.order_by().values("pk")[:1]))
    for start in range(0, len(due), _TOGETHER):
        priors = [prior for _, prior in due[start : start + _TOGETHER]]
        yield from before.filter(history_id__in=priors, holder__isnull=False).values_list(key, "holder")


def _deleted(table: Table, job_id: int, keys: set[Any]) -> set[Any]:
    """Return those of some rows that the undo deletes, if nothing keeps them."""
    if not keys:
        return set()
    query, params = fates(table, job_id, 0, sorted(keys))
    return {row[0] for row in rows(query, params) if row[4] == "delete"}


def _unique_sets(model: type[models.Model]) -> Iterator[_Unique]:
    """Yield what a model's database keeps unique, but its key."""
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield _Unique((field.name,))
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            flags = single_flag(constraint) is not None
            yield _Unique(tuple(constraint.fields), tuple(constraint.expressions), constraint.condition, flags)


def _fields_of(expression: Any) -> Iterator[str]:
    """Yield the fields of the model that an expression or a condition reads."""
    if isinstance(expression, Q):
        for child in expression.children:
            if isinstance(child, tuple):
                yield child[0].partition("__")[0]
            else:
                yield from _fields_of(child)
    elif isinstance(expression, models.F):
        yield str(expression.name).partition("__")[0]  # type: ignore[attr-defined]
    else:
        for source in expression.get_source_expressions():
            yield from _fields_of(source)

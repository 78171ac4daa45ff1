"""Writing a chunk of category rows, and finding those that cannot be written any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from backoffice.kernel.history.context import current_audit
from backoffice.kernel.refusals import Refused
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import ApplyConflict, ApplyOutcome, PlannedChange
from products.models import Category
from products.services.bulk_categories import categories_bulk_create, categories_bulk_ensure, categories_bulk_update
from products.services.categories import category_place, category_tree_lock
from products.transfers.applying.updates import CHANGED, GONE

_COLUMNS = ("slug", "description", "is_active")
_MADE = "A category with this path was made since the preview."
_RENAMED = "Renamed or moved since the preview: it is “{}” now."
_SLUG = "Another category has the slug “{}” by now."


class _Now:
    """The categories of a chunk as they are, read under the lock of the whole tree."""

    def __init__(self, changes: Sequence[PlannedChange]) -> None:
        ids = [change.object_id for change in changes if change.action == RowAction.UPDATE]
        paths = [change.diff["path"] for change in changes if change.action == RowAction.CREATE]
        slugs = [slug for change in changes if (slug := _wanted(change).get("slug"))]
        rows = Category.objects.order_by("pk")
        self.by_pk = {row.pk: row for row in rows.filter(pk__among=ids)}
        self.by_path = {row.full_name: row for row in rows.filter(full_name__among=paths)} if paths else {}
        self.slugs = dict(rows.filter(slug__among=slugs).values_list("slug", "pk")) if slugs else {}
        strange = [row.pk for row in self.by_path.values()]
        strange += [
            change.object_id
            for change in changes
            if change.object_id in self.by_pk and self.by_pk[change.object_id].full_name != change.payload.get("path")
        ]
        # An earlier chunk of this upload may have made a parent, or renamed a whole branch.
        history = Category.history.model.objects.filter(id__among=strange, history_job=current_audit().job_id)
        self.own = set(history.values_list("id", flat=True)) if strange else set()


def apply_categories(changes: Sequence[PlannedChange]) -> ApplyOutcome:
    """Write a chunk inside the transaction that the caller has opened.

    Values come first, then new categories, then new names and places, the deepest first, so that
    every row finds the tree as its path says it. Renaming and moving rewrite whole branches and go
    one by one, through the service that people use.

    Args:
        changes: rows of the plan.
    """
    category_tree_lock()
    now = _Now(changes)
    outcome = ApplyOutcome()
    sound = []
    for change in changes:
        reason = _conflict(change, now)
        if reason:
            outcome.conflicts.append(ApplyConflict(change.number, reason))
        else:
            sound.append(change)
    moving = [change for change in sound if "new_path" in change.diff]
    _write_values([change for change in sound if "new_path" not in change.diff], now)
    _write_new([change for change in sound if change.action == RowAction.CREATE], now, outcome)
    _write_moves(moving, now, outcome)
    return outcome


def _conflict(change: PlannedChange, now: _Now) -> str:
    """Say why a row cannot be written any more; "" where it can."""
    slug = _wanted(change).get("slug")
    row = now.by_path.get(change.diff["path"]) if change.action == RowAction.CREATE else now.by_pk.get(change.object_id)
    if slug and now.slugs.get(slug, row and row.pk) != (row and row.pk):
        return _SLUG.format(slug)
    if change.action == RowAction.CREATE:
        return _MADE if row is not None and row.pk not in now.own else ""
    if row is None:
        return GONE
    if row.full_name != change.payload["path"] and row.pk not in now.own:
        return _RENAMED.format(row.full_name)
    changed = [name for name in _COLUMNS if name in change.diff and getattr(row, name) not in change.diff[name]]
    return CHANGED.format(fields=", ".join(name.replace("_", " ") for name in changed)) if changed else ""


def _wanted(change: PlannedChange) -> dict[str, Any]:
    """Return the values that a row gives."""
    return {
        name: change.diff[name][1] if change.action == RowAction.UPDATE else change.diff[name]
        for name in _COLUMNS
        if name in change.diff
    }


def _write_values(changes: Sequence[PlannedChange], now: _Now) -> None:
    """Change values of categories that are there, those that an earlier chunk made as parents among them."""
    rows = []
    for change in changes:
        row = now.by_pk.get(change.object_id) or now.by_path.get(change.diff.get("path", ""))
        values = _wanted(change)
        if row is not None and any(getattr(row, name) != value for name, value in values.items()):
            rows.append((row.pk, *(values.get(name, getattr(row, name)) for name in _COLUMNS)))
    categories_bulk_update(columns=_COLUMNS, rows=rows)


def _write_new(changes: Sequence[PlannedChange], now: _Now, outcome: ApplyOutcome) -> None:
    fresh = [change for change in changes if change.diff["path"] not in now.by_path]
    for change in changes:
        if change.diff["path"] in now.by_path:
            outcome.moved[change.number] = now.by_path[change.diff["path"]].pk
    categories_bulk_create(
        categories={change.diff["path"]: _wanted(change) for change in fresh},
        ids={change.diff["path"]: change.object_id for change in fresh},
    )


def _write_moves(changes: Sequence[PlannedChange], now: _Now, outcome: ApplyOutcome) -> None:
    """Rename and move, each row as a whole or not at all."""
    targets = {change.number: change.diff["new_path"][1].rpartition(Category.SEPARATOR) for change in changes}
    parents = categories_bulk_ensure(paths=sorted({above for above, _, _ in targets.values() if above}))
    for change in sorted(changes, key=lambda change: -now.by_pk[change.object_id].depth):
        above, _, name = targets[change.number]
        try:
            with transaction.atomic():
                _write_values([change], now)
                parent = Category.objects.get(pk=parents[above]) if above else None
                category_place(category=now.by_pk[change.object_id], name=name, parent=parent)
        except (Refused, ValidationError) as error:
            reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            outcome.conflicts.append(ApplyConflict(change.number, reason))

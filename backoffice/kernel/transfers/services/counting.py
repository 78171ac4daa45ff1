"""The counts of an upload: what becomes of how many of its rows."""

from __future__ import annotations

from django.db.models import Count

from backoffice.kernel.transfers.models import RowAction, Upload

# What becomes of a row → the upload's field that counts it.
COUNTS = {
    RowAction.CREATE: "created",
    RowAction.UPDATE: "updated",
    RowAction.UNCHANGED: "unchanged",
    RowAction.ERROR: "failed",
    RowAction.CONFLICT: "failed",
    RowAction.SKIPPED: "skipped",
}
_OUTCOMES = tuple(dict.fromkeys(COUNTS.values()))


def recount(upload: Upload) -> None:
    """Set an upload's counts to what the staged rows say, without saving it."""
    found = dict(upload.staged.order_by().values_list("action").annotate(Count("pk")))
    for name in _OUTCOMES:
        setattr(upload, name, 0)
    for action, count in found.items():
        name = COUNTS[RowAction(action)]
        setattr(upload, name, getattr(upload, name) + count)
    upload.conflicts = found.get(RowAction.CONFLICT, 0)
    upload.rows = sum(found.values())


def outcomes_of(upload: Upload) -> dict[str, int]:
    """Return the five counts by their fields."""
    return {name: getattr(upload, name) for name in _OUTCOMES}


def counts_of(upload: Upload) -> dict[str, int]:
    """Return the five counts and their sum."""
    return {"rows": upload.rows, **outcomes_of(upload)}


def no_counts() -> dict[str, int]:
    """Return the counts of an upload of which nothing is known yet, by their fields."""
    return dict.fromkeys(("rows", *_OUTCOMES, "conflicts"), 0)

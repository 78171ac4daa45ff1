"""Rows with the same key in different chunks of one file."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count

from backoffice.kernel.transfers.models import RowAction, StagedRow, Upload
from backoffice.kernel.transfers.service import as_json

_SHOWN = 5


def refuse_doubles(upload: Upload) -> int:
    """Turn rows whose key another chunk has too into errors that name each other.

    Within a chunk the kind's service finds doubles itself; keeping every key of a large file in
    memory to find the others would cost more than this one query.

    Returns:
        How many rows were refused here.
    """
    keys = (
        upload.staged.exclude(action=RowAction.SKIPPED)
        .exclude(key="")
        .filter(target=0)
        .order_by()
        .values("key")
        .annotate(rows=Count("pk"))
        .filter(rows__gt=1)
        .values_list("key", flat=True)
    )
    found = list(keys)
    refused = 0
    for start in range(0, len(found), 1_000):
        refused += _refuse(upload, found[start : start + 1_000])
    return refused


def _refuse(upload: Upload, keys: list[str]) -> int:
    rows: dict[str, list[StagedRow]] = defaultdict(list)
    staged = upload.staged.filter(target=0, key__among=keys).exclude(action=RowAction.SKIPPED).order_by("number")
    for row in staged.only("pk", "number", "action", "key"):
        rows[row.key].append(row)
    changes = []
    for key, double in rows.items():
        for row in double:
            if row.action == RowAction.ERROR:
                continue
            others = [str(other.number) for other in double if other.pk != row.pk]
            shown = ", ".join(others[:_SHOWN]) + (" and more" if len(others) > _SHOWN else "")
            message = f"“{key}” is also in row{'s' if len(others) > 1 else ''} {shown}."
            changes.append((row.pk, RowAction.ERROR.value, as_json([["", key, message]]), "", ""))
    _write(changes)
    return len(changes)


def _write(changes: list[tuple[int, str, str, str, str]]) -> None:
    for pk, action, errors, diff, payload in changes:
        StagedRow.objects.filter(pk=pk).update(action=action, errors=errors, diff=diff, payload=payload)

"""Writing some rows of a tracked model: one by one where they are few, set-based where they are many.

Both ways leave the same rows and the same history. The set-based writers pay for statements of
their own, a temporary table on a server among them, which a handful of saves does not cost; a thousand saves cost far more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models

from backoffice.kernel.history.bulk import bulk_delete, bulk_insert, bulk_update
from backoffice.kernel.history.models import TrackedModel

M = TypeVar("M", bound=TrackedModel)

MANY = 25


def rows_update(model: type[M], rows: Iterable[M], fields: Sequence[str]) -> None:
    """Save the named fields of changed rows, and when they changed, with history.

    Args:
        model: model of the rows.
        rows: rows as they shall be; locked by the caller where others may change them.
        fields: names of the fields to save.
    """
    changed = list(rows)
    if len(changed) >= MANY:
        bulk_update(model, fields, [[row.pk, *_values(row, fields)] for row in changed])
        return
    for row in changed:
        row.save(update_fields=[*fields, "updated_at"])


def rows_insert(model: type[M], rows: Iterable[M], fields: Sequence[str]) -> None:
    """Insert rows, with history, and give them their primary keys.

    Args:
        model: model of the rows.
        rows: new rows.
        fields: names of the fields that have a value other than their default.
    """
    new = list(rows)
    if len(new) < MANY:
        for row in new:
            row.save(force_insert=True)
        return
    for row, pk in zip(new, bulk_insert(model, fields, [_values(row, fields) for row in new]), strict=True):
        row.pk = pk
        row._state.adding = False


def rows_delete(model: type[M], rows: Iterable[M]) -> None:
    """Delete rows that nothing refers to; their history ends with a deletion."""
    gone = list(rows)
    if len(gone) >= MANY:
        bulk_delete(model, [row.pk for row in gone])
        return
    for row in gone:
        row.delete()


def _values(row: models.Model, fields: Sequence[str]) -> list[Any]:
    return [getattr(row, _attribute(row, name)) for name in fields]


def _attribute(row: models.Model, name: str) -> str:
    field = row._meta.get_field(name)
    return field.attname if isinstance(field, models.Field) else name

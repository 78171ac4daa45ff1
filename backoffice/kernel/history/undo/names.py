"""How rows are called that an undo leaves as they are, also where they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Max

from backoffice.kernel.history.undo.tables import Table
from backoffice.kernel.labels import labels_of


def names_of(table: Table, keys: Sequence[Any]) -> dict[Any, str]:
    """Return key → name of rows; history knows those of deleted rows.

    Args:
        table: the model's table.
        keys: primary keys, some hundred at most.
    """
    names = labels_of(table.model._default_manager.filter(pk__in=keys))
    gone = [key for key in keys if key not in names]
    if gone:
        newest = table.history.objects.filter(id__in=gone).order_by().values("id").annotate(newest=Max("history_id"))
        for row in table.history.objects.filter(pk__in=newest.values("newest")):
            names[row.id] = _name(table, row)
    kind = str(table.model._meta.verbose_name)
    return {key: names.get(key) or f"{kind} {key}" for key in keys}


def _name(table: Table, row: Any) -> str:
    try:
        return str(row.instance)
    except ObjectDoesNotExist:
        # It was called after something that is gone too.
        return f"{table.model._meta.verbose_name} {row.id}"

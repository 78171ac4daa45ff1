"""What a job changed, counted from the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Model, Value

from backoffice.kernel.history.timeline.sources import history_manager, is_tracked


@dataclass(frozen=True)
class ChangedRows:
    """How many history rows of a model name a job."""

    model: type[Model]
    created: int
    changed: int
    deleted: int


def job_changes(job_id: int) -> list[ChangedRows]:
    """Return what a job wrote, per model, in one query; models that it left alone are left out."""
    models: list[Any] = [model for model in apps.get_models() if is_tracked(model)]
    parts = [
        history_manager(model)
        .filter(history_job=job_id)
        .order_by()
        .values("history_type")
        .annotate(changed_model=Value(number), changed_rows=Count("history_id"))
        .values_list("changed_model", "history_type", "changed_rows")
        for number, model in enumerate(models)
    ]
    counts: dict[int, dict[str, int]] = {}
    for number, kind, rows in parts[0].union(*parts[1:], all=True):
        counts.setdefault(number, {})[kind] = rows
    return [
        ChangedRows(models[number], found.get("+", 0), found.get("~", 0), found.get("-", 0))
        for number, found in sorted(counts.items())
    ]

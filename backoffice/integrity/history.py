"""History."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, Max, Model, OuterRef, Q, Subquery
from simple_history.utils import get_history_model_for_model

from backoffice.integrity.finding import Finding, invariant
from backoffice.kernel.jobs.models import Job


def tracked_models() -> list[type[Model]]:
    """Return every model whose history is kept."""
    return [model for model in apps.get_models() if hasattr(model._meta, "simple_history_manager_attribute")]


@invariant(
    8, "The newest history row equals the live row, field by field; a deleted row's history ends with a deletion"
)
def newest_rows() -> Iterator[Finding]:
    """Compare each tracked row with its newest history row, inside the database."""
    for model in tracked_models():
        yield from _differences(model)
        yield from _vanished(model)


def _differences(model: Any) -> Iterator[Finding]:
    history = model.history.model
    tracked = [field for field in history.tracked_fields if field.name != model._meta.pk.name]
    newest = history.objects.filter(**{model._meta.pk.attname: OuterRef("pk")}).order_by("-history_id")
    # The newest id is one look-up per row; the comparison then joins on it instead of sorting per field.
    rows = model._default_manager.annotate(_newest=Subquery(newest.values("history_id")[:1]))
    name = model._meta.label
    for pk in rows.filter(_newest__isnull=True).values_list("pk", flat=True).iterator():
        yield Finding(f"{name} {pk}", "The row has no history.")
    fields = [field.attname for field in tracked]
    live = rows.filter(_newest__isnull=False).order_by("pk").values_list("pk", "_newest", *fields).iterator(2_000)
    for chunk in _chunks(live, 2_000):
        stored = {
            values[0]: values[1:]
            for values in history.objects.filter(history_id__in=[row[1] for row in chunk]).values_list(
                "history_id", "history_type", *fields
            )
        }
        for pk, newest_id, *now in chunk:
            kind, *then = stored[newest_id]
            if kind == "-":
                yield Finding(f"{name} {pk}", "The row lives, but its history ends with a deletion.")
            wrong = [field for field, a, b in zip(fields, now, then, strict=True) if a != b]
            if wrong:
                yield Finding(f"{name} {pk}", f"The newest history row differs in {', '.join(wrong)}.")


def _vanished(model: Any) -> Iterator[Finding]:
    history = model.history.model
    key = model._meta.pk.attname
    gone = (
        history.objects.filter(~Exists(model._default_manager.filter(pk=OuterRef(key))))
        .order_by()
        .values(key)
        .annotate(last=Max("history_id"))
        .values("last")
    )
    for row in history.objects.filter(history_id__in=gone).exclude(history_type="-").values(key).iterator():
        yield Finding(
            f"{model._meta.label} {row[key]}", "The row is gone, but its history does not end with a deletion."
        )


def _chunks(rows: Any, size: int) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@invariant(9, "Each history row names a user or a job")
def answered_for() -> Iterator[Finding]:
    """Find history rows with neither a user nor a job, or with one that does not exist."""
    from accounts.models import User

    for model in tracked_models():
        history = get_history_model_for_model(model)
        nobody = Q(history_user__isnull=True, history_job__isnull=True)
        unknown = (Q(history_user__isnull=False) & ~Exists(User.objects.filter(pk=OuterRef("history_user_id")))) | (
            Q(history_job__isnull=False) & ~Exists(Job.objects.filter(pk=OuterRef("history_job_id")))
        )
        rows = history.objects.filter(nobody | unknown).order_by("history_id")
        for row in rows.values("history_id", key=F(model._meta.pk.attname)).iterator():
            yield Finding(
                f"{model._meta.label} {row['key']}", f"History row {row['history_id']} names nobody who can be found."
            )

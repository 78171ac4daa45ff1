"""Jobs, keys, rows that load, and groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone

from accounts.services.roles import roles_drift
from backoffice.integrity.finding import Finding, invariant
from backoffice.kernel.jobs.models import Job, JobState

# A beat queues a silent job again after a minute; what is silent for ten has no beat to look after it.
SILENT_FOR = timedelta(minutes=10)

_OWN_APPS = ("kernel", "accounts", "products", "orders", "cart", "finance", "invoices")


@invariant(11, "Each idempotency key has one effect; no running job is without a heartbeat")
def keys_and_jobs() -> Iterator[Finding]:
    """Find keys that stand on two rows, and jobs that say they run while nothing beats."""
    for model in _models():
        for name in ("idempotency_key", "fingerprint"):
            if not any(field.name == name for field in model._meta.fields):
                continue
            group = ["account", name] if name == "fingerprint" else [name]
            repeated = (
                model._default_manager.exclude(**{f"{name}__isnull": True})
                .exclude(**{name: ""})
                .order_by()
                .values(*group)
                .annotate(rows=Count("pk"))
                .filter(rows__gt=1)
            )
            for row in repeated.iterator():
                yield Finding(f"{model._meta.label} {row[name]}", f"{row['rows']} rows carry this key.")
    silent = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=timezone.now() - SILENT_FOR)
    for job in Job.objects.filter(silent, state=JobState.RUNNING).iterator():
        yield Finding(f"job {job.pk}", f"{job} says it is running, but its last sign of life was {job.heartbeat_at}.")


@invariant(12, "Each row loads and is valid; no group holds a permission outside the manifest")
def rows_and_groups() -> Iterator[Finding]:
    """Load and validate every row of the project's own models; compare the groups with the manifest."""
    for model in _models():
        yield from _invalid_rows(model)
    for difference in roles_drift():
        yield Finding("groups", difference)


def _invalid_rows(model: Any) -> Iterator[Finding]:
    # Uniqueness and the CHECKs are the database's own; foreign keys too. What is left are the values
    # themselves: choices, lengths, ranges, validators.
    references = [field.name for field in model._meta.fields if field.is_relation]
    keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
    start: Any = None
    while True:
        batch = list((keys if start is None else keys.filter(pk__gt=start))[:1_000])
        if not batch:
            return
        start = batch[-1]
        try:
            rows = list(model._default_manager.filter(pk__in=batch))
        except (ValueError, ArithmeticError) as error:
            yield Finding(f"{model._meta.label} {batch[0]}–{batch[-1]}", f"A row does not load: {error}")
            continue
        for row in rows:
            try:
                row.clean_fields(exclude=references)
            except ValidationError as error:
                problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
                yield Finding(f"{model._meta.label} {row.pk}", problems)


def _models() -> list[Any]:
    return [model for label in _OWN_APPS for model in apps.get_app_config(label).get_models() if not _is_history(model)]


def _is_history(model: Any) -> bool:
    return hasattr(model, "history_id")

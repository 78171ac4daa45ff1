"""History."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q

from accounts.models import User
from backoffice.integrity.finding import Finding, invariant
from backoffice.kernel.history.timeline.sources import history_manager, is_tracked
from backoffice.kernel.jobs.models import Job

_CHUNK = 1_000


def tracked_models() -> list[type[Model]]:
    """Return every model whose history is kept."""
    return [model for model in apps.get_models() if is_tracked(model)]


@invariant(
    8, "The newest history row equals the live row, field by field; a deleted row's history ends with a deletion"
)
def newest_rows() -> Iterator[Finding]:
    """Compare each tracked row with its newest history row, inside the database."""
    for model in tracked_models():
        yield from _differences(model)
        yield from _vanished(model)


def _differences(model: Any) -> Iterator[Finding]:
    history = history_manager(model).model
    fields = [field for field in history.tracked_fields if not field.primary_key]
    quote = connection.ops.quote_name
    live_table, history_table = quote(model._meta.db_table), quote(history._meta.db_table)
    key, history_key = quote(model._meta.pk.column), quote(history._meta.get_field(model._meta.pk.name).column)
    distinct = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    differs = [f"l.{quote(field.column)} {distinct} h.{quote(field.column)}" for field in fields]
    # Only names of tables and columns go in.
    newest = f"SELECT {history_key} AS of_row, MAX(history_id) AS newest FROM {history_table} GROUP BY {history_key}"  # noqa: S608
    query = (
        f"SELECT l.{key}, h.history_id, h.history_type, {', '.join(differs)} "  # noqa: S608
        f"FROM {live_table} l LEFT JOIN ({newest}) n ON n.of_row = l.{key} "
        f"LEFT JOIN {history_table} h ON h.history_id = n.newest "
        f"WHERE h.history_id IS NULL OR h.history_type = '-' OR {' OR '.join(differs)} ORDER BY l.{key}"
    )
    name = model._meta.label
    with connection.cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_CHUNK):
            confirmed = _confirmed(model, rows, [field.attname for field in fields])
            for pk, history_id, kind, *_flags in rows:
                if history_id is None:
                    yield Finding(f"{name} {pk}", "The row has no history.")
                elif kind == "-":
                    yield Finding(f"{name} {pk}", "The row lives, but its history ends with a deletion.")
                elif wrong := confirmed[pk]:
                    yield Finding(f"{name} {pk}", f"The newest history row differs in {', '.join(wrong)}.")


def _confirmed(model: Any, rows: Sequence[Sequence[Any]], names: Sequence[str]) -> dict[Any, list[str]]:
    """Return, per row, the fields that differ as Python sees them.

    SQLite stores what it is given: 1 and 1.0, or the same JSON with other blanks, are different
    texts of one value. What cannot even be read differs.
    """
    flagged = {
        pk: [name for name, differs in zip(names, flags, strict=True) if differs]
        for pk, history_id, _kind, *flags in rows
        if history_id is not None
    }
    newest = {pk: history_id for pk, history_id, *_rest in rows if history_id is not None}
    try:
        live = {row[0]: row[1:] for row in _values(model._default_manager, "pk", list(newest), names)}
        then = {row[0]: row[1:] for row in _values(history_manager(model), "history_id", list(newest.values()), names)}
    except (ValueError, ArithmeticError):
        return flagged
    index = {name: place for place, name in enumerate(names)}
    return {
        pk: [name for name in found if live[pk][index[name]] != then[newest[pk]][index[name]]]
        for pk, found in flagged.items()
    }


def _values(manager: Any, key: str, keys: list[Any], names: Sequence[str]) -> Any:
    return manager.filter(**{f"{key}__among": keys}).values_list(key, *names).iterator()


def _vanished(model: Any) -> Iterator[Finding]:
    history = history_manager(model)
    key = model._meta.pk.attname
    later = history.filter(**{key: OuterRef(key), "history_id__gt": OuterRef("history_id")})
    gone = (
        history.filter(~Exists(model._default_manager.filter(pk=OuterRef(key))))
        .exclude(history_type="-")
        .filter(~Exists(later))
        .order_by("history_id")
    )
    for pk in gone.values_list(key, flat=True).iterator():
        yield Finding(f"{model._meta.label} {pk}", "The row is gone, but its history does not end with a deletion.")


@invariant(9, "Each history row names a user or a job")
def answered_for() -> Iterator[Finding]:
    """Find history rows with neither a user nor a job, or with one that does not exist."""
    for model in tracked_models():
        nobody = Q(history_user__isnull=True, history_job__isnull=True)
        unknown_user = Q(history_user__isnull=False) & ~Exists(User.objects.filter(pk=OuterRef("history_user_id")))
        unknown_job = Q(history_job__isnull=False) & ~Exists(Job.objects.filter(pk=OuterRef("history_job_id")))
        rows = history_manager(model).filter(nobody | unknown_user | unknown_job).order_by("history_id")
        for row in rows.values("history_id", key=F(model._meta.pk.attname)).iterator():
            yield Finding(
                f"{model._meta.label} {row['key']}", f"History row {row['history_id']} names nobody who can be found."
            )

"""The tables an undo works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Value

from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.history.undo.registry import covered_columns
from backoffice.kernel.jobs.models import Job


@dataclass(frozen=True)
class Table:
    """A tracked model with the quoted names of its tables and columns."""

    model: type[models.Model]

    @property
    def history(self) -> Any:
        """The history model."""
        return self.model.history.model  # type: ignore[attr-defined]

    @property
    def name(self) -> str:
        """The table, quoted."""
        return quoted(self.model._meta.db_table)

    @property
    def history_name(self) -> str:
        """The history table, quoted."""
        return quoted(self.history._meta.db_table)

    @property
    def key(self) -> str:
        """The primary key's column, quoted."""
        return quoted(str(self.model._meta.pk.column))

    def fields(self) -> list[models.Field[Any, Any]]:
        """Return the tracked fields but the key and those that hooks set right."""
        covered = covered_columns(self.model)
        return [entry for entry in self.history.tracked_fields if not entry.primary_key and entry.name not in covered]

    @property
    def is_whole(self) -> bool:
        """Whether history holds every column, so that a deleted row can be made again."""
        return len(self.history.tracked_fields) == len(self.model._meta.concrete_fields)


def quoted(name: str) -> str:
    """Quote a table's or column's name."""
    return str(connection.ops.quote_name(name))


def differs() -> str:
    """Return the comparison that treats NULL as a value."""
    return "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"


def tracked_tables() -> list[Table]:
    """Return every tracked model's table, children before the parents they refer to."""
    tracked = [model for model in apps.get_models() if is_tracked(model)]
    ordered: list[type[models.Model]] = []
    seen: set[type[models.Model]] = set()

    def visit(model: type[models.Model]) -> None:
        if model in seen:
            return
        seen.add(model)
        for entry in references_to(model):
            if entry.model in tracked:
                visit(entry.model)
        ordered.append(model)

    for model in tracked:
        visit(model)
    return [Table(model) for model in ordered]


def references_to(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """Yield every foreign key of the database that points to a model."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        key = getattr(relation, "field", None)
        if isinstance(key, models.ForeignKey) and getattr(key, "db_constraint", True) and key.model._meta.managed:
            yield key


def written_by(job_id: int) -> list[Table]:
    """Return the tables that a job left history in, children first; one query for all."""
    tables = tracked_tables()
    parts = [
        table.history.objects.filter(history_job=job_id)
        .order_by()
        .annotate(written_table=Value(number))
        .values_list("written_table")
        for number, table in enumerate(tables)
    ]
    return [tables[number] for (number,) in sorted(parts[0].union(*parts[1:]))]


def ledgers() -> Iterator[type[models.Model]]:
    """Yield the untracked business models whose rows name the job that wrote them."""
    for model in apps.get_models():
        if is_tracked(model) or model._meta.app_label == "kernel" or hasattr(model, "instance_type"):
            continue
        for entry in model._meta.concrete_fields:
            if entry.name == "job" and entry.related_model is Job:
                yield model


def rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())

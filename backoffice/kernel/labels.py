"""How rows are named in lists of choices and in histories, in a constant number of queries."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

_joins: dict[str, tuple[str, ...]] = {}


def register_label_joins(label: str, *paths: str) -> None:
    """Name the relations that a model's ``__str__`` reads; unregistered models join their direct ones."""
    _joins[label.lower()] = paths


def labelled(queryset: QuerySet[M]) -> QuerySet[M]:
    """Join what ``str(row)`` needs, so that naming many rows costs one query."""
    model = queryset.model
    paths = _joins.get(model._meta.label_lower)
    if paths is None:
        paths = tuple(field.name for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one)
    return queryset.select_related(*paths) if paths else queryset


def labels_of(queryset: QuerySet[Any]) -> dict[Any, str]:
    """Return primary key → name of each row of a queryset, in one query."""
    return {row.pk: str(row) for row in labelled(queryset)}

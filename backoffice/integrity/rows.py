"""Rows that load and are valid, constraints that are there, and groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.services.roles import roles_drift
from backoffice.integrity.finding import Finding, invariant
from backoffice.integrity.own_models import own_models

_CHUNK = 1_000
_NAMED = re.compile(r'CONSTRAINT "([^"]+)"')


@invariant(
    12, "Each row loads and is valid, no constraint is missing; no group holds a permission outside the manifest"
)
def rows_and_groups() -> Iterator[Finding]:
    """Load and validate every row of the project's own models; compare the groups with the manifest.

    Uniqueness and conditions over several columns are the database's own: it is enough that their
    constraints are there. What is left are the values themselves: choices, lengths, ranges, validators.
    """
    yield from _missing_constraints()
    for model in own_models():
        yield from _invalid_rows(model)
        yield from _orphans(model)
    for difference in roles_drift():
        yield Finding("groups", difference)


def _missing_constraints() -> Iterator[Finding]:
    there = _constraint_names()
    for model in own_models():
        for constraint in model._meta.constraints:
            if constraint.name not in there:
                yield Finding(f"table {model._meta.db_table}", f"Its constraint {constraint.name} is gone.")


def _constraint_names() -> set[str]:
    """Return the names of all constraints and indexes; a unique constraint with a condition is an index."""
    if connection.vendor == "postgresql":
        query = "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
    else:
        query = (
            "SELECT CASE type WHEN 'index' THEN name ELSE sql END FROM sqlite_master WHERE type IN ('index', 'table')"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        texts = [row[0] for row in cursor.fetchall()]
    if connection.vendor == "postgresql":
        return set(texts)
    return {name for text in texts for name in [text, *_NAMED.findall(text)]}


def _invalid_rows(model: Any) -> Iterator[Finding]:
    references = [field.name for field in model._meta.fields if field.is_relation]
    keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
    last: Any = None
    while batch := list((keys if last is None else keys.filter(pk__gt=last))[:_CHUNK]):
        last = batch[-1]
        for row in _loaded(model, batch):
            if isinstance(row, Finding):
                yield row
                continue
            try:
                row.clean_fields(exclude=references)
            except ValidationError as error:
                problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
                yield Finding(f"{model._meta.label} {row.pk}", problems)


def _loaded(model: Any, keys: list[Any]) -> Iterator[Any]:
    """Yield rows, and a finding in the place of each that does not load."""
    try:
        yield from list(model._default_manager.filter(pk__gte=keys[0], pk__lte=keys[-1]).order_by("pk"))
    except (ValueError, ArithmeticError) as error:
        if len(keys) == 1:
            yield Finding(f"{model._meta.label} {keys[0]}", f"The row does not load: {error!r}")
            return
        middle = len(keys) // 2
        yield from _loaded(model, keys[:middle])
        yield from _loaded(model, keys[middle:])


def _orphans(model: Any) -> Iterator[Finding]:
    """Find references to rows that do not exist."""
    fields: list[Any] = model._meta.concrete_fields
    for field in fields:
        if not field.is_relation or not field.db_constraint:
            continue
        parent: Any = field.related_model
        there = parent._base_manager.filter(**{field.target_field.attname: OuterRef(field.attname)})
        rows = model._base_manager.exclude(**{f"{field.attname}__isnull": True}).filter(~Exists(there)).order_by("pk")
        for pk, key in rows.values_list("pk", field.attname).iterator():
            yield Finding(
                f"{model._meta.label} {pk}", f"It names {parent._meta.verbose_name} {key}, which does not exist."
            )

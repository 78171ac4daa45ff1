"""Rows that load and are valid, constraints that are there, and groups."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Exists, OuterRef

from accounts.services.roles import roles_drift
from backoffice.integrity.finding import Finding, invariant
from backoffice.integrity.own_models import own_models

_CHUNK = 1_000
_NO_OPINION = (models.BooleanField, models.DateField, models.TimeField, models.UUIDField)
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
    """Validate columns, not rows: most columns hold few different values, each of which is judged once a chunk."""
    fields = [field for field in model._meta.concrete_fields if _judges(field)]
    # All columns are read, the judged ones first: those without an opinion must load too.
    names = [field.attname for field in fields]
    names += [field.attname for field in model._meta.concrete_fields if field not in fields and not field.primary_key]
    keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
    last: Any = None
    while batch := list((keys if last is None else keys.filter(pk__gt=last))[:_CHUNK]):
        last = batch[-1]
        rows: list[Any] = []
        for row in _loaded(model, batch, names):
            if isinstance(row, Finding):
                yield row
            else:
                rows.append(row)
        problems: dict[int, list[str]] = defaultdict(list)
        for place, field in enumerate(fields, start=1):
            refused = _refused(field, (row[place] for row in rows))
            if refused:
                for number, row in enumerate(rows):
                    if (why := refused.get(_hashable(row[place]))) is not None:
                        problems[number].append(f"{field.name}: {why}")
        for number in sorted(problems):
            yield Finding(f"{model._meta.label} {rows[number][0]}", "; ".join(problems[number]))


def _judges(field: Any) -> bool:
    """Say whether a field has an opinion on values beyond their loading."""
    if field.is_relation or field.primary_key:
        return False
    return bool(field.choices or field.validators) or not isinstance(field, _NO_OPINION)


def _loaded(model: Any, keys: list[Any], names: list[str]) -> Iterator[Any]:
    """Yield rows as (key, values ...), and a finding in the place of each that does not load."""
    rows = model._default_manager.filter(pk__gte=keys[0], pk__lte=keys[-1]).order_by("pk")
    try:
        yield from list(rows.values_list("pk", *names))
    except (ValueError, ArithmeticError) as error:
        if len(keys) == 1:
            yield Finding(f"{model._meta.label} {keys[0]}", f"The row does not load: {error!r}")
            return
        middle = len(keys) // 2
        yield from _loaded(model, keys[:middle], names)
        yield from _loaded(model, keys[middle:], names)


def _refused(field: Any, values: Iterable[Any]) -> dict[Any, str]:
    """Return the values of a column that its field refuses, with the reason."""
    refused = {}
    for key, value in {_hashable(value): value for value in values}.items():
        # As Model.clean_fields does it.
        if field.blank and value in field.empty_values:
            continue
        try:
            field.clean(value, None)
        except ValidationError as error:
            refused[key] = " ".join(error.messages)
    return refused


def _hashable(value: Any) -> Any:
    return json.dumps(value, sort_keys=True, default=str) if isinstance(value, dict | list) else value


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

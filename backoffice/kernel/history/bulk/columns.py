"""From Python values to what the database stores, one column at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from backoffice.kernel import clock

AnyField = models.Field[Any, Any]
Convert = Callable[[Sequence[Any]], Iterable[Any]]

# What both drivers store as it is, per kind of field. A value of any other type goes through the field.
_PLAIN: tuple[tuple[type[AnyField], frozenset[type]], ...] = (
    (models.BooleanField, frozenset({bool, type(None)})),
    (models.CharField, frozenset({str, type(None)})),
    (models.TextField, frozenset({str, type(None)})),
    (models.IntegerField, frozenset({int, type(None)})),
    (models.ForeignKey, frozenset({int, type(None)})),
)


def concrete_field(model: type[models.Model], name: str) -> AnyField:
    """Return the field with this name or attribute name (``seller`` or ``seller_id``).

    Raises:
        LookupError: the model has no such column.
    """
    for field in model._meta.concrete_fields:
        if name in (field.attname, field.name):
            return field
    raise LookupError(f"{model._meta.label} has no column {name!r}.")


def column_of(field: AnyField) -> str:
    """Return the name of a concrete field's column."""
    if field.column is None:
        raise LookupError(f"{field.name} has no column.")
    return field.column


def converter(field: AnyField, connection: BaseDatabaseWrapper) -> Convert:
    """Return the function that turns a column of Python values into what the ORM would have stored."""
    if isinstance(field, models.DecimalField):
        return _decimal_converter(field, connection)
    plain = next((types for kind, types in _PLAIN if isinstance(field, kind)), frozenset())

    def convert(values: Sequence[Any]) -> Iterable[Any]:
        if plain.issuperset(map(type, values)):
            return values
        return [field.get_db_prep_save(value, connection) for value in values]

    return convert


def _decimal_converter(field: models.DecimalField[Any, Any], connection: BaseDatabaseWrapper) -> Convert:
    """Convert amounts; digits in the field's own form (``"12.90"``) are taken without going through Decimal."""
    digits = re.compile(rf"-?\d{{1,{field.max_digits - field.decimal_places}}}\.\d{{{field.decimal_places}}}", re.ASCII)
    exponent = -field.decimal_places
    as_text = connection.vendor != "postgresql"

    def one(value: Any) -> Any:
        if value is None or (type(value) is str and digits.fullmatch(value)):
            return value
        # The common case of the adapter's quantize, without building a context for each value.
        if as_text and type(value) is Decimal and value.as_tuple().exponent == exponent:
            text = f"{value:f}"
            if digits.fullmatch(text):
                return text
        return field.get_db_prep_save(value, connection)

    return lambda values: list(map(one, values))


def filled_columns(
    model: type[models.Model],
    columns: Sequence[str],
    *,
    connection: BaseDatabaseWrapper,
    now: datetime,
    inserting: bool,
) -> tuple[list[AnyField], list[tuple[AnyField, Any]]]:
    """Return the fields of the named columns, and the fields that ``save()`` would fill by itself with their values.

    Args:
        model: model to be written.
        columns: names or attribute names that the caller gives values for.
        connection: connection to write on.
        now: the moment of the write, for automatic timestamps.
        inserting: whether rows are made; an update fills only the time of change.
    """
    given = [concrete_field(model, name) for name in columns]
    automatic: list[tuple[AnyField, Any]] = []
    for field in model._meta.concrete_fields:
        if field in given or field.primary_key:
            continue
        if getattr(field, "auto_now", False) or (inserting and getattr(field, "auto_now_add", False)):
            value = now if isinstance(field, models.DateTimeField) else now.date()
            automatic.append((field, repeat(field.get_db_prep_save(value, connection))))
        elif inserting:
            automatic.append((field, _defaults(field, connection, now)))
    return given, automatic


def _defaults(field: AnyField, connection: BaseDatabaseWrapper, now: datetime) -> Iterable[Any]:
    """Return a field's default for each row: made anew only where it may differ from row to row."""
    if field.default in (clock.now, timezone.now):
        return repeat(field.get_db_prep_save(now, connection))
    if callable(field.default) and field.has_default() and field.default not in (dict, list):
        return iter(lambda: field.get_db_prep_save(field.get_default(), connection), object())
    return repeat(field.get_db_prep_save(field.get_default(), connection))

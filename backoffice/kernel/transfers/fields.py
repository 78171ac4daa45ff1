"""How an app declares what a file of one kind may hold: an import-export resource with typed columns.

The resource is a declaration only. Reading, checking and writing are the pipeline's, thousands of
rows at a time; import-export's row by row engine plays no part in it.

Example::

    class LocationResource(TransferResource):
        code = TransferField(Location, "code", required=True, synonyms=("warehouse", "depot"))
        name = TransferField(Location, "name", help="What people call it.")
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from import_export import fields, resources

from backoffice.kernel.transfers.reading.mapping.columns import Column, Kind

_KINDS: tuple[tuple[type[models.Field[Any, Any]], Kind], ...] = (
    (models.BooleanField, "bool"),
    (models.DecimalField, "decimal"),
    (models.IntegerField, "integer"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
)


class TransferField(fields.Field):
    """One column of a resource: its names, and the model field that bounds its values.

    Args:
        model: model of the field that it fills, or None for a column that a service interprets.
        name: name of that model field.
        attribute: look-up path from the kind's main row, for exports.
        synonyms: headings that other systems and people use.
        column: further settings of the column; they win over what the model field says.
    """

    def __init__(
        self,
        model: type[models.Model] | None = None,
        name: str = "",
        *,
        attribute: str | None = None,
        synonyms: tuple[str, ...] = (),
        choices: Mapping[str, str] | None = None,
        **column: Any,
    ) -> None:
        super().__init__(attribute=attribute or name or None)
        self.model = model
        self.model_field = name
        self.settings = {**(_bounds(model, name) if model else {}), "synonyms": synonyms, **column}
        if choices is not None:
            self.settings |= {"kind": "choice", "choices": tuple(dict.fromkeys(choices.values())), "aliases": choices}

    def column(self, field: str) -> Column:
        """Return the column under the name that the resource gives it."""
        return Column(field=field, **{"label": field.replace("_", " ").capitalize(), **self.settings})


class TransferResource(resources.Resource):
    """Base of the resources that declare the columns of a kind."""

    @classmethod
    @cache
    def columns(cls) -> tuple[Column, ...]:
        """Return the columns in the order of their declaration."""
        return tuple(field.column(name) for name, field in cls.fields.items())

    @classmethod
    @cache
    def by_field(cls) -> dict[str, Column]:
        """Return the columns by name."""
        return {column.field: column for column in cls.columns()}


def _bounds(model: type[models.Model], name: str) -> dict[str, Any]:
    """Return what a model field says about its values: everything that ``full_clean`` would check in a cell."""
    field: Any = model._meta.get_field(name)
    found: dict[str, Any] = {"label": str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]}
    found["help"] = str(field.help_text)
    found["kind"] = next((kind for base, kind in _KINDS if isinstance(field, base)), "text")
    if field.choices:
        return found | {
            "kind": "choice",
            "choices": tuple(str(value) for value, _ in field.flatchoices),
            "aliases": {str(label): str(value) for value, label in field.flatchoices},
        }
    if isinstance(field, models.DecimalField):
        most = Decimal(10) ** (field.max_digits - field.decimal_places) - Decimal(1).scaleb(-field.decimal_places)
        found |= {"places": field.decimal_places, "minimum": -most, "maximum": most}
    elif isinstance(field, models.IntegerField):
        low, high = _INTEGERS.get(field.get_internal_type(), _INTEGERS["IntegerField"])
        found |= {"minimum": Decimal(low), "maximum": Decimal(high)}
    elif found["kind"] == "text":
        found |= {"max_length": field.max_length, "multiline": isinstance(field, models.TextField)}
    return found | _validated(field, found)


_INTEGERS = {
    "IntegerField": (-2_147_483_648, 2_147_483_647),
    "PositiveIntegerField": (0, 2_147_483_647),
    "PositiveSmallIntegerField": (0, 32_767),
    "SmallIntegerField": (-32_768, 32_767),
    "BigIntegerField": (-(2**63), 2**63 - 1),
}


def _validated(field: models.Field[Any, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return the bounds that a field's own validators draw tighter."""
    bounds: dict[str, Any] = {}
    for validator in field.validators:
        if isinstance(validator, MinValueValidator) and "minimum" in found:
            bounds["minimum"] = max(found["minimum"], Decimal(validator.limit_value))
        elif isinstance(validator, MaxValueValidator) and "maximum" in found:
            bounds["maximum"] = min(found["maximum"], Decimal(validator.limit_value))
    return bounds

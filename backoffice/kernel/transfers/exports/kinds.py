"""What an app says about one export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.expressions import BaseExpression, Combinable

CellKind = Literal["text", "number", "amount", "flag", "date", "datetime"]
Expression = BaseExpression | Combinable


class UnknownExport(LookupError):
    """No app has declared this export."""


@dataclass(frozen=True)
class ExportColumn:
    """One column of an export.

    Attributes:
        name: heading, and how people choose it.
        source: look-up path from the exported model, or an expression; the name itself where left out.
        label: what people read where they choose; made from the name where left out.
        kind: how cells are written; found from the model field where left out.
        places: decimals of an amount; found likewise.
        chosen: whether it is exported unless somebody says otherwise.
    """

    name: str
    source: str | Expression = ""
    label: str = ""
    kind: CellKind | Literal[""] = ""
    places: int | None = None
    chosen: bool = True

    @property
    def path(self) -> str:
        """Return the look-up path; "" for an expression."""
        return (self.source or self.name) if isinstance(self.source, str) else ""

    @property
    def shown(self) -> str:
        """Return what people read."""
        return self.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True)
class ExportKind:
    """One export.

    Attributes:
        name: as in commands: "products".
        label: what people call the rows.
        model: the exported model, whose rows a list shows; its scope rule holds.
        columns: what can be exported; a function where that depends on rows of the database.
        permission: what a person needs; ``app.export_model`` where left out.
        order_by: order where the list does not say, and among rows that it leaves equal.
        filters: further names for ``--filter`` and the API → look-up path.
    """

    name: str
    label: str
    model: type[models.Model]
    columns: tuple[ExportColumn, ...] | Callable[[], tuple[ExportColumn, ...]]
    permission: str = ""
    order_by: tuple[str, ...] = ("pk",)
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed_permission(self) -> str:
        """Return the permission that the export needs."""
        return self.permission or f"{self.model._meta.app_label}.export_{self.model._meta.model_name}"

    def all_columns(self) -> tuple[ExportColumn, ...]:
        """Return what can be exported."""
        return self.columns() if callable(self.columns) else self.columns


def described(kind: ExportKind, column: ExportColumn) -> tuple[CellKind, int]:
    """Return how a column's cells are written, and the decimals of an amount."""
    found = _field_of(kind.model, column.path) if column.path else _output_field(column.source)
    cell: CellKind = column.kind or _cell_kind(found)
    places = column.places if column.places is not None else getattr(found, "decimal_places", None)
    return cell, 2 if places is None else places


def _cell_kind(found: Any) -> CellKind:
    kinds: tuple[tuple[Any, CellKind], ...] = (
        (models.BooleanField, "flag"),
        (models.DecimalField, "amount"),
        (models.IntegerField | models.AutoField | models.FloatField, "number"),
        (models.DateTimeField, "datetime"),
        (models.DateField, "date"),
    )
    return next((cell for base, cell in kinds if isinstance(found, base)), "text")


def _field_of(model: type[models.Model], path: str) -> Any:
    current: Any = model
    found: Any = None
    for name in path.split("__"):
        if current is None:
            return None
        try:
            found = current._meta.pk if name == "pk" else current._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        current = found.related_model if found.is_relation else None
    return getattr(found, "target_field", found)


def _output_field(source: Any) -> Any:
    return getattr(source, "_output_field_or_none", None)


_kinds: dict[str, ExportKind] = {}


def register_export(kind: ExportKind) -> None:
    """Declare an export; call from ``AppConfig.ready``."""
    _kinds[kind.name] = kind


def export_kind(name: str) -> ExportKind:
    """Return the export of this name.

    Raises:
        UnknownExport: there is none.
    """
    try:
        return _kinds[name]
    except KeyError:
        known = ", ".join(sorted(_kinds)) or "none"
        raise UnknownExport(f"There is no export called “{name}”. Known: {known}.") from None


def export_kinds() -> list[ExportKind]:
    """Return all exports by name."""
    return [_kinds[name] for name in sorted(_kinds)]

"""What an app says about one kind of upload, and the register of all kinds.

Example::

    register_kind(TransferKind(
        name="locations", label="locations", resource=LocationResource, key="code",
        permission="products.import_location", service=LocationTransfer, tables=("products.Location",),
    ))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

from backoffice.kernel.transfers.fields import TransferResource
from backoffice.kernel.transfers.reading.mapping.columns import Column
from backoffice.kernel.transfers.shapes import Shape

if TYPE_CHECKING:
    from backoffice.kernel.transfers.service import TransferService


class UnknownTransferKind(LookupError):
    """No app has registered this kind."""


@dataclass(frozen=True, kw_only=True)
class TransferKind:
    """One kind of upload.

    Attributes:
        name: as in commands and addresses, plural: "products".
        label: what people call the rows.
        resource: declares the columns.
        key: field that tells a row of the file from the others and finds it in the database.
        permission: what a person needs to upload it (``app.import_model``).
        service: plans and writes; made anew for each piece of work.
        tables: labels of the models that the service writes, parents before children.
        targets: labels of the models that a row of the file can stand for, by StagedRow.target.
        identifying: fields of which a file must have at least one, or nobody can tell what a row means.
        group: field whose equal values make consecutive rows belong together.
        shapes: exports of other systems that are recognised.
    """

    name: str
    label: str
    resource: type[TransferResource]
    key: str
    permission: str
    service: type[TransferService]
    tables: tuple[str, ...]
    targets: tuple[str, ...] = ()
    identifying: tuple[str, ...] = ()
    group: str = ""
    shapes: tuple[Shape, ...] = ()

    @property
    def columns(self) -> dict[str, Column]:
        """Return the columns by field."""
        return self.resource.by_field()

    def shape(self, name: str) -> Shape | None:
        """Return the shape of this name, or None."""
        return next((shape for shape in self.shapes if shape.name == name), None)

    def target_models(self) -> tuple[type[models.Model], ...]:
        """Return the models that a row can stand for."""
        return tuple(apps.get_model(label) for label in self.targets or self.tables[:1])


_kinds: dict[str, TransferKind] = {}


def register_kind(kind: TransferKind) -> None:
    """Register a kind; call from ``AppConfig.ready``."""
    _kinds[kind.name] = kind


def transfer_kind(name: str) -> TransferKind:
    """Return the kind of this name.

    Raises:
        UnknownTransferKind: there is none.
    """
    try:
        return _kinds[name]
    except KeyError:
        known = ", ".join(sorted(_kinds)) or "none"
        raise UnknownTransferKind(f"There is no kind of upload called “{name}”. Known: {known}.") from None


def transfer_kinds() -> list[TransferKind]:
    """Return all kinds by name."""
    return [_kinds[name] for name in sorted(_kinds)]

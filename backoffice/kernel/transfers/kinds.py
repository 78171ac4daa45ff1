"""What an app says about one kind of upload, and the register of all kinds.

Example::

    register_kind(TransferKind(
        name="locations", label="locations", resource=LocationResource, key="code",
        permission="products.import_location", service=LocationTransfer, tables=("products.Location",),
    ))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, make_aware

from backoffice.kernel.transfers.fields import TransferResource
from backoffice.kernel.transfers.reading.mapping.columns import Column
from backoffice.kernel.transfers.shapes import Shape

if TYPE_CHECKING:
    from backoffice.kernel.transfers.service import TransferService


class UnknownTransferKind(LookupError):
    """No app has registered this kind."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something that a person decides for each upload of a kind, beside what every upload asks.

    Attributes:
        name: as in ``Run.choices`` and on the command line (``--choose NAME=VALUE``).
        label: the question.
        values: what may be answered → how people read it; empty for a moment in time.
        default: the answer where nobody gives one; "" for no moment.
        help: a sentence below the question.
    """

    name: str
    label: str
    values: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    help: str = ""

    def checked(self, answer: str) -> str:
        """Return an answer as it is kept: one of the values, or an aware moment in ISO form.

        Raises:
            ValueError: it is none of the values, or no moment; the message says so in plain words.
        """
        answer = answer.strip()
        if self.values:
            if answer not in self.values:
                raise ValueError(f"“{answer}” does not answer “{self.label}”: {', '.join(self.values)}.")
            return answer
        if not answer:
            return ""
        try:
            moment = parse_datetime(answer)
        except ValueError:
            moment = None
        if moment is None:
            raise ValueError(f"“{answer}” is no moment such as 2026-03-31 18:00 ({self.label}).")
        return (moment if is_aware(moment) else make_aware(moment)).isoformat()


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
        choices: what a person decides for each upload of this kind.
        intro: a sentence or two for the help page: what a row is and what the upload does with it.
        takes_pictures: whether a ZIP of pictures may come with the file.
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
    choices: tuple[Choice, ...] = ()
    intro: str = ""
    takes_pictures: bool = False

    @property
    def columns(self) -> dict[str, Column]:
        """Return the columns by field."""
        return self.resource.by_field()

    def shape(self, name: str) -> Shape | None:
        """Return the shape of this name, or None."""
        return next((shape for shape in self.shapes if shape.name == name), None)

    @property
    def systems(self) -> list[str]:
        """Return the other systems whose exports are recognised, each once: some have several forms, ours are known."""
        return list(dict.fromkeys(shape.label for shape in self.shapes if not shape.own))

    def checked_choices(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return an answer for each choice, the default where none is given.

        Raises:
            ValueError: an answer does not fit, or to a question that this kind does not ask.
        """
        unknown = [name for name in answers if name not in {choice.name for choice in self.choices}]
        if unknown:
            raise ValueError(f"{self.label} do not ask “{unknown[0]}”.")
        return {choice.name: choice.checked(answers.get(choice.name, choice.default)) for choice in self.choices}

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

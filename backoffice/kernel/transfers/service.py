"""What an app's bulk write service is given, and what it has to offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

import orjson

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.scope.rules import Audience, audience_of
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.table import Batch

EXAMPLES = 5


class Staged(NamedTuple):
    """The plan of one row, in the order of StagedRow's columns. JSON travels as text."""

    number: int
    action: str
    key: str = ""
    target: int = 0
    object_id: int | None = None
    payload: str = ""
    diff: str = ""
    errors: str = ""


class PlannedChange(NamedTuple):
    """A staged row on its way into the database.

    Attributes:
        number: row number in the file.
        action: create or update.
        key: natural key.
        target: which of the kind's target models it is.
        object_id: primary key, reserved or existing.
        payload: what the service remembered when it planned.
        diff: of a new row field → value, of a changed one field → [old, new].
    """

    number: int
    action: str
    key: str
    target: int
    object_id: int
    payload: dict[str, Any]
    diff: dict[str, Any]


@dataclass
class Run:
    """One piece of work on an upload: on whose behalf, with which choices, and what is tallied on the way.

    Attributes:
        upload_id: the upload.
        user: whose rights hold; None for a command without a user, which works for the house.
        mode: upsert, create or update.
        fields: fields that the file (or a fixed value) fills.
        defaults: field → text for the rows of a file that lacks the column.
        shape: name of the recognised shape, or "".
        settings: the shop's settings.
        choices: the kind's own questions → answers.
        pictures: key of the stored ZIP of pictures that came with the file; 0 for none.
        tallies: warnings and measures; kept with the upload from chunk to chunk.
    """

    upload_id: int
    user: Any
    mode: str
    fields: frozenset[str]
    shape: str
    settings: ShopSettings
    tallies: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    pictures: int = 0

    @property
    def seller_id(self) -> int | None:
        """Key of the seller whose rows alone may be seen and touched; None for the house."""
        if self.user is None:
            return None
        audience, key = audience_of(self.user)
        if audience is Audience.HOUSE:
            return None
        return key if audience is Audience.SELLER and key is not None else -1

    def may(self, permission: str) -> bool:
        """Say whether the user has a permission; the house's own commands have all.

        What was asked for and granted is tallied: who applies the plan needs the same rights.
        """
        if self.user is not None and not self.user.has_perm(permission):
            return False
        rights: list[str] = self.tallies.setdefault("rights", [])
        if permission not in rights:
            rights.append(permission)
        return True

    def warn(self, one: str, many: str, count: int = 1, *, examples: Iterable[str] = ()) -> None:
        """Count something that people should know before they apply.

        Args:
            one: the sentence for a single case, after the number: "price falls by more than half."
            many: the same for several.
            count: how many.
            examples: names to show; the first few are kept.
        """
        if count <= 0:
            return
        entry = self.tallies.setdefault("warnings", {}).setdefault(f"{one}|{many}", {"count": 0, "examples": []})
        entry["count"] += count
        kept: list[str] = entry["examples"]
        for example in examples:
            if len(kept) >= EXAMPLES:
                break
            if example not in kept:
                kept.append(example)

    def highest(self, measure: str, value: Decimal | int) -> None:
        """Keep the highest value of a measure that an approval threshold looks at."""
        known = self.tallies.setdefault("measures", {})
        known[measure] = str(max(Decimal(known.get(measure, 0)), Decimal(value)))

    def add(self, measure: str, value: Decimal | int) -> None:
        """Add to a measure that an approval threshold looks at."""
        known = self.tallies.setdefault("measures", {})
        known[measure] = str(Decimal(known.get(measure, 0)) + Decimal(value))


class ApplyConflict(NamedTuple):
    """A row that cannot be applied any more, and why in plain words."""

    number: int
    reason: str


@dataclass
class ApplyOutcome:
    """What became of a chunk.

    Attributes:
        conflicts: rows that were left alone; every other row has been written.
        moved: row number → key of the object that a row turned out to stand for, where that is
            not the one reserved for it.
    """

    conflicts: list[ApplyConflict] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)


class TransferService:
    """Base of the bulk write services that apps declare for their kinds.

    ``plan`` reads, ``apply`` writes; both are given some thousand rows and use a handful of
    set-based queries. Rows of one group (``TransferKind.group``) come together.
    """

    # Highest values and sums that the shop's approval thresholds are compared with.
    measures: ClassVar[tuple[str, ...]] = ()

    def __init__(self, run: Run) -> None:
        self.run = run

    def problems(self) -> list[str]:
        """Return why the upload as a whole cannot be planned (reference data missing, say)."""
        return []

    def plan(self, batch: Batch) -> list[Staged]:
        """Decide what is to happen with each row. Reads only, but for reserving keys.

        Returns:
            One Staged per row of the batch, in its order.
        """
        raise NotImplementedError

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk, inside a transaction and an audit context that names the job.

        Lock and read again what is to be changed: a row whose old values are no longer the ones of
        the diff is a conflict, and is left alone.
        """
        raise NotImplementedError

    def plan_ended(self) -> None:
        """Tally what can only be told once every row has been planned."""

    def follow_up(self, context: JobContext) -> None:
        """Do what would hold up others inside a chunk's transaction, after the last chunk is written.

        It is done by the same job, in transactions of its own, and goes on from the context's cursor
        after an interruption. Whatever fails becomes a warning: the rows are in.

        Args:
            context: the running job; its cursor's other entries are to be kept.
        """

    def follow_up_stopped(self, cursor: Mapping[str, Any]) -> None:
        """Warn of what is not followed up, because the upload was stopped. Reads only.

        Args:
            cursor: how far the job had come, ``follow_up`` included; the rows that it did not reach are skipped.
        """


def as_json(value: Any) -> str:
    """Return compact JSON text."""
    return orjson.dumps(value).decode()


def skipped_row(number: int, reason: str, key: str = "") -> Staged:
    """Return the plan of a row that is left out."""
    return Staged(number, RowAction.SKIPPED.value, key, errors=as_json([["", "", reason]]))


def error_row(number: int, errors: list[list[str]], key: str = "") -> Staged:
    """Return the plan of a row that cannot be used."""
    return Staged(number, RowAction.ERROR.value, key[:255], errors=as_json(errors))

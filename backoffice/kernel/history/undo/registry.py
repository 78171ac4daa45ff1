"""What an undo plan is made of, and what apps may add to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job


@dataclass(frozen=True)
class UndoConflict:
    """A row that stays as it is.

    Attributes:
        model: its model's name, as a person would say it.
        object_id: its primary key.
        name: how it is called.
        reason: why it stays.
        who: who touched it since, or "".
        when: when they did, or None.
    """

    model: str
    object_id: Any
    name: str
    reason: str
    who: str = ""
    when: datetime | None = None


@dataclass(frozen=True)
class ModelPlan:
    """How many rows of a model an undo would write."""

    model: type[models.Model]
    deletes: int = 0
    restores: int = 0
    recreates: int = 0
    conflicts: int = 0

    @property
    def total(self) -> int:
        """Rows that would be written."""
        return self.deletes + self.restores + self.recreates


@dataclass(frozen=True)
class HookPlan:
    """What an app's hook would do for a ledger.

    Attributes:
        what: in words, for example "counter-movements".
        total: how many entries it would write.
        conflicts: ledger entries that cannot be taken back; the first ones where there are many.
        conflict_total: how many those are; None where all are listed.
        kept: per model label (lower case), keys of rows that the ledger keeps from being deleted.
        refusal: why the whole job cannot be undone, and what to do instead; "" where it can.
    """

    what: str
    total: int = 0
    conflicts: list[UndoConflict] = field(default_factory=list)
    kept: dict[str, set[Any]] = field(default_factory=dict)
    refusal: str = ""
    conflict_total: int | None = None

    @property
    def staying(self) -> int:
        """Return how many entries cannot be taken back."""
        return len(self.conflicts) if self.conflict_total is None else self.conflict_total


@dataclass(frozen=True)
class LedgerPlan:
    """What a hook would do, in numbers.

    Attributes:
        what: in words, for example "counter-movements".
        total: how many entries it would write.
        conflicts: how many cannot be taken back.
    """

    what: str
    total: int
    conflicts: int


@dataclass(frozen=True)
class UndoPlan:
    """What undoing a job would do.

    Attributes:
        job_id: the job.
        models: per model what would be written, children before their parents.
        ledgers: what registered hooks would do.
        conflicts: the first rows that would stay as they are.
        conflict_total: how many those are in all.
        refusal: why the job cannot be undone at all; "" where it can.
    """

    job_id: int
    models: list[ModelPlan]
    ledgers: list[LedgerPlan]
    conflicts: list[UndoConflict]
    conflict_total: int
    refusal: str = ""

    @property
    def total(self) -> int:
        """Rows and ledger entries that would be written."""
        return sum(entry.total for entry in self.models) + sum(ledger.total for ledger in self.ledgers)


PlanHook = Callable[[int], HookPlan]
ApplyHook = Callable[[int, JobContext], dict[str, Any]]


@dataclass(frozen=True)
class UndoHook:
    """An app's way of taking back the entries of a ledger."""

    label: str
    plan: PlanHook
    apply: ApplyHook
    columns: dict[str, tuple[str, ...]]


# Keys about to be deleted → why each of some must stay.
Keeper = Callable[[Sequence[Any]], dict[Any, str]]
# A job → why it cannot be undone and what to do instead, or "".
Judge = Callable[[Job], str]
# A job's key → whether the model's refusal holds for it.
Applies = Callable[[int], bool]

_hooks: dict[str, UndoHook] = {}
_keepers: dict[str, Keeper] = {}
_refusals: dict[str, tuple[str, Applies | None]] = {}
_judges: dict[str, Judge] = {}


def register_undo_hook(
    label: str, plan: PlanHook, apply: ApplyHook, *, columns: dict[str, tuple[str, ...]] | None = None
) -> None:
    """Let an app take back the entries of a ledger that is never changed.

    Args:
        label: the ledger's model, for example ``products.StockMovement``; it has a foreign key
            ``job``.
        plan: ``plan(job_id) -> HookPlan``; reads only.
        apply: ``apply(job_id, context) -> result``; runs first, in one transaction and in the audit
            context of the undo's own job. Must do nothing when it is called again. What it has to
            leave is counted as ``conflicts`` and listed as ``conflict_list`` of UndoConflict.
        columns: per tracked model the columns that the hook itself sets right
            (``{"products.Stock": ("on_hand", "allocated")}``): they are left out when rows return to
            what they were, and later changes of them alone are no conflict.
    """
    covered = {name.lower(): tuple(fields) for name, fields in (columns or {}).items()}
    _hooks[label.lower()] = UndoHook(label.lower(), plan, apply, covered)


def register_undo_refusal(label: str, reason: str, *, applies: Applies | None = None) -> None:
    """Name a model whose rows are never taken back: a job that wrote any cannot be undone at all.

    Args:
        label: the model, for example ``invoices.Invoice``.
        reason: why, and what to do instead, in plain words.
        applies: ``applies(job_id)``, where it holds for some of the model's rows only; reads only.
    """
    _refusals[label.lower()] = (reason, applies)


def register_undo_judge(kind: str, judge: Judge) -> None:
    """Let whoever defines a kind of job say which of its jobs cannot be undone.

    Args:
        kind: the jobs' kind.
        judge: ``judge(job)`` returns why, and what to do instead, or ""; reads only.
    """
    _judges[kind] = judge


def register_undo_keeper(label: str, keeper: Keeper) -> None:
    """Let an app keep rows that others need without referring to them by a foreign key.

    Args:
        label: the model, for example ``products.Category``, whose tree is kept in paths.
        keeper: ``keeper(keys) -> {key: what it is still used by}``, given the keys of rows that
            would be deleted together; reads only.
    """
    _keepers[label.lower()] = keeper


def has_keeper(model: type[models.Model]) -> bool:
    """Say whether an app keeps rows of a model."""
    return model._meta.label_lower in _keepers


def kept_by_app(model: type[models.Model], keys: Sequence[Any]) -> dict[Any, str]:
    """Return what an app keeps of rows that would be deleted, with what each is still used by."""
    keeper = _keepers.get(model._meta.label_lower)
    return keeper(keys) if keeper is not None and keys else {}


def hooks() -> list[UndoHook]:
    """Return every registered hook."""
    return [_hooks[label] for label in sorted(_hooks)]


def refusal_of(model: type[models.Model], job_id: int) -> str:
    """Return why a model's rows that a job wrote are never taken back, or ""."""
    reason, applies = _refusals.get(model._meta.label_lower, ("", None))
    return reason if applies is None or applies(job_id) else ""


def refusal_by_kind(job_id: int) -> str:
    """Return why a job's kind says that it cannot be undone, or ""."""
    job = Job.objects.get(pk=job_id)
    judge = _judges.get(job.kind)
    return judge(job) if judge is not None else ""


def covered_columns(model: type[models.Model]) -> frozenset[str]:
    """Return the names of a model's fields that hooks set right themselves."""
    label = model._meta.label_lower
    return frozenset(name for hook in _hooks.values() for name in hook.columns.get(label, ()))

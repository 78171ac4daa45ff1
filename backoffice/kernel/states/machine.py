"""Transition tables and the one function that moves a row from state to state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction
from django.dispatch import Signal

from backoffice.kernel.history.context import audit, current_audit
from backoffice.kernel.keyed import row_get
from backoffice.kernel.refusals import Refused

M = TypeVar("M", bound=models.Model)

# A guard returns why the transition is refused, in plain words, or an empty string.
Guard = Callable[[Any], str]


class TransitionRefused(Refused):
    """A transition is not possible; the message tells why, in plain words."""

    def __init__(self, message: str, *, transition: str, source: str) -> None:
        super().__init__(message)
        self.transition = transition
        self.source = source


@dataclass(frozen=True)
class Transition:
    """One permitted move.

    Attributes:
        name: verb, unique in its machine.
        sources: states it may start from.
        target: state it ends in.
        permission: full permission name that a person needs (``app.codename``); "" for moves that
            only the system makes.
        guard: refuses with a reason where the row is not ready.
        label: what a button says.
    """

    name: str
    sources: frozenset[str]
    target: str
    permission: str = ""
    guard: Guard | None = None
    label: str = ""


@dataclass(frozen=True)
class Machine:
    """The states and transitions of one status field of one model."""

    name: str
    model: str
    field_name: str
    states: type[models.TextChoices]
    transitions: tuple[Transition, ...]
    initial: str
    changed: Signal | None = None
    by_name: dict[str, Transition] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.transitions})
        if len(self.by_name) != len(self.transitions):
            raise ValueError(f"Machine {self.name} names a transition twice.")
        known = set(self.states.values)
        for item in self.transitions:
            unknown = (item.sources | {item.target}) - known
            if unknown:
                raise ValueError(f"Machine {self.name}, transition {item.name}: unknown states {sorted(unknown)}.")
        _machines[self.name] = self

    def allowed(self, instance: models.Model) -> list[Transition]:
        """Return the transitions that start in the row's state, guards not yet asked."""
        state = getattr(instance, self.field_name)
        return [item for item in self.transitions if state in item.sources]

    def refusal(self, instance: models.Model, name: str) -> str:
        """Return why a transition is refused now, or an empty string."""
        item = self.by_name[name]
        state = getattr(instance, self.field_name)
        if state not in item.sources:
            wanted = " or ".join(sorted(str(self.states(source).label).lower() for source in item.sources))
            return f"{instance} is {str(self.states(state).label).lower()}; it would have to be {wanted}."
        return item.guard(instance) if item.guard is not None else ""


_machines: dict[str, Machine] = {}


def machines() -> list[Machine]:
    """Return every declared machine, by name."""
    return [_machines[name] for name in sorted(_machines)]


def apply_transition(
    instance: M,
    machine: Machine,
    name: str,
    *,
    reason: str = "",
    values: dict[str, Any] | None = None,
    related: Iterable[str] = (),
) -> M:
    """Move a row to a transition's target: lock, re-read, check, save, tell.

    Args:
        instance: the row; it is re-read under a lock, so stale values in memory do no harm.
        machine: the table that the transition stands in.
        name: the transition's name.
        reason: why, for the history row; the audit context's reason where empty.
        values: further fields to save together with the state (a date, say).
        related: names for ``select_related`` on the locked read, for guards that need them.

    Returns:
        The same instance, refreshed.

    Raises:
        TransitionRefused: wrong state or a guard said no; nothing was changed.
        MissingActor: no audit context is open.
    """
    current_audit()
    manager = type(instance)._default_manager
    with transaction.atomic():
        if related:
            locked = manager.select_for_update(of=("self",)).select_related(*related).get(pk=instance.pk)
        else:
            locked = row_get(type(instance), instance.pk, lock="update")
        refused = machine.refusal(locked, name)
        if refused:
            raise TransitionRefused(refused, transition=name, source=getattr(locked, machine.field_name))
        item = machine.by_name[name]
        source = getattr(locked, machine.field_name)
        changes = {machine.field_name: item.target, **(values or {})}
        for attribute, value in changes.items():
            setattr(locked, attribute, value)
            setattr(instance, attribute, value)
        with audit(reason=reason or current_audit().reason or item.label or name):
            locked.save(update_fields=_update_fields(locked, changes))
            instance.__dict__.update({key: value for key, value in locked.__dict__.items() if key != "_state"})
            if machine.changed is not None:
                machine.changed.send(
                    sender=type(instance), instance=instance, transition=name, source=source, target=item.target
                )
    return instance


def _update_fields(instance: models.Model, changes: dict[str, Any]) -> list[str]:
    names = list(changes)
    # auto_now columns are only written when they are named.
    return [*names, "updated_at"] if any(f.name == "updated_at" for f in instance._meta.fields) else names

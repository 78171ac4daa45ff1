"""Every state and every move of every machine: allowed exactly where the table says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from backoffice.kernel.states.machine import Machine, Transition, machines

PAIRS = [
    pytest.param(machine, state, item, id=f"{machine.name}-{state}-{item.name}")
    for machine in machines()
    for state in machine.states.values
    for item in machine.transitions
]


def row(machine: Machine, state: str, monkeypatch: Any) -> models.Model:
    """Return an unsaved row in a state, with a name that its refusal can print."""
    model = apps.get_model(machine.model)
    monkeypatch.setattr(model, "__str__", lambda self: "The row")
    return model(**{machine.field_name: state})


def without_guard(machine: Machine, item: Transition, monkeypatch: Any) -> None:
    monkeypatch.setitem(machine.by_name, item.name, replace(item, guard=None))


@pytest.mark.parametrize(("machine", "state", "item"), PAIRS)
def test_a_move_is_possible_exactly_from_its_sources(machine, state, item, monkeypatch):
    without_guard(machine, item, monkeypatch)

    refusal = machine.refusal(row(machine, state, monkeypatch), item.name)

    if state in item.sources:
        assert refusal == ""
        assert item in machine.allowed(row(machine, state, monkeypatch))
    else:
        label = str(machine.states(state).label).lower()
        assert refusal.startswith(f"The row is {label}; it would have to be ")
        assert item not in machine.allowed(row(machine, state, monkeypatch))


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_each_state_can_be_reached(machine):
    reached, grew = {str(machine.initial)}, True
    while grew:
        more = {str(item.target) for item in machine.transitions if item.sources & reached} - reached
        grew = bool(more)
        reached |= more

    assert reached == set(machine.states.values)


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_the_machine_fits_its_model(machine):
    field = apps.get_model(machine.model)._meta.get_field(machine.field_name)

    assert list(field.choices) == list(machine.states.choices)
    assert field.default == machine.initial


def permission_names() -> set[str]:
    found = set()
    for model in apps.get_models():
        opts = model._meta
        found |= {f"{opts.app_label}.{action}_{opts.model_name}" for action in opts.default_permissions}
        found |= {f"{opts.app_label}.{codename}" for codename, _name in opts.permissions}
    return found


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_the_permissions_exist(machine):
    named = {item.permission for item in machine.transitions if item.permission}

    assert named - permission_names() == set()

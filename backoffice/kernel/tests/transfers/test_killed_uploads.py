"""Killed with -9 at random moments, uploads and undos end as if nobody had touched them."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import pytest
from django.db import connection

from backoffice.kernel.tests.workers.processes import Environment, run

pytestmark = pytest.mark.worker

KILLS = {"sqlite": 10, "postgresql": 50}
PROGRAM = "backoffice.kernel.tests.transfers.killing"
STEPS = ["check first", "apply first", "check second", "apply second", "undo second", "undo first"]


def test_the_end_state_equals_an_undisturbed_run(make_database):
    """BACKOFFICE_KILLS=n kills more often, BACKOFFICE_SEED=n repeats the moments of a run that failed."""
    kills = int(os.environ.get("BACKOFFICE_KILLS", KILLS[connection.vendor]))
    seed = int(os.environ.get("BACKOFFICE_SEED", random.SystemRandom().randrange(1_000_000)))
    # Shown where the test fails, and by -rP where it does not.
    sys.stdout.write(f"BACKOFFICE_SEED={seed}\n")

    killed = report(make_database(), kills, 3, seed)
    whole = report(make_database(), 0, killed["rounds"], seed)

    sys.stdout.write(f"killed {killed['killed']} in {killed['rounds']} rounds of {killed['seconds']} seconds\n")
    assert sum(killed["killed"].values()) >= kills
    # Whatever there was to do, somebody died over it.
    assert sorted(step for step, count in killed["killed"].items() if count) == sorted(STEPS)
    # Undone one after the other, the two files of each round leave nothing behind.
    assert [rows_of("products.Variant", state) for state in killed["states"]] == [
        count for number in range(killed["rounds"]) for count in (0, 120, 120, (140, 120, 124)[number % 3], 120, 0)
    ]
    orders = [rows_of("orders.Order", state) for state in killed["states"]]
    assert orders[: 3 * len(STEPS)] == [0] * 2 * len(STEPS) + [0, 0, 0, 30, 0, 0]
    different = [
        line
        for with_deaths, without in zip(killed["states"], whole["states"], strict=True)
        for line in differences(with_deaths, without)
    ]
    assert not different, f"seed {seed}\n" + "\n".join(different)


def rows_of(table: str, state: dict[str, str]) -> int:
    return int(state[table].split()[0])


def differences(with_deaths: dict[str, Any], without: dict[str, Any]) -> Iterator[str]:
    """Yield, line by line, what a state has that it should not have: the whole states are too long to be read."""
    for table, there in with_deaths.items():
        wanted = without[table]
        if there != wanted and isinstance(there, list):
            yield from (
                f"{with_deaths['step']}, {table}: {a} instead of {b}" for a, b in zip_longest(there, wanted) if a != b
            )
        elif there != wanted:
            yield f"{with_deaths['step']}, {table}: {there} instead of {wanted}"


def report(environment: Environment, *arguments: int) -> Any:
    return json.loads(run(environment, "-m", PROGRAM, *map(str, arguments)).splitlines()[-1])

"""Killed with -9 at random moments, an upload ends as if nobody had touched it."""

from __future__ import annotations

import json
import os

import pytest
from django.db import connection

from backoffice.kernel.tests.jobs.test_killed_workers import database, run

pytestmark = pytest.mark.worker

__all__ = ["database"]
ROWS = 3_000
KILLS = {"sqlite": 10, "postgresql": 50}


@pytest.fixture
def setup(database: dict[str, str]) -> dict[str, str]:
    """Put the reference data into the database of its own."""
    run(database, "manage.py", "setup_reference_data")
    return database


def test_the_end_state_equals_an_undisturbed_run(setup):
    kills = int(os.environ.get("BACKOFFICE_KILLS", KILLS[connection.vendor]))

    found = json.loads(
        run(setup, "-m", "backoffice.kernel.tests.transfers.killing", str(kills), str(ROWS), "7").splitlines()[-1]
    )

    stock = sum(n % 7 for n in range(ROWS))
    stocked = sum(1 for n in range(ROWS) if n % 7)
    categories = ROWS // 30 + 1
    assert found == {
        "killed": kills,
        "state": "applied",
        "error": "",
        "counts": {"rows": ROWS, "created": ROWS},
        "rows": {
            "Product": [ROWS // 3, ROWS // 3],
            "Variant": [ROWS, ROWS],
            "VariantOption": [ROWS, ROWS],
            "Stock": [stocked, stocked],
            "StockMovement": [stocked, 0],
            "Category": [categories, categories],
        },
        "stock": stock,
        "moved": stock,
        "prices": f"{sum(range(1, ROWS + 1)) + ROWS // 2}.00",
    }

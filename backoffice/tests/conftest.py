"""Fixtures of tests that span the apps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def breakable(db: None) -> Iterator[None]:
    """Let a test leave broken references behind: its transaction is rolled back without a last look at them."""
    yield
    connection.set_rollback(True)

"""Fixtures of the orders app's tests."""

import pytest

from orders import events


@pytest.fixture
def nobody_listens(monkeypatch):
    """Leave out what the apps above do when they hear news, so that this app's own queries can be counted."""
    for name in ("orders_placed", "orders_shipped", "orders_cancelled", "returns_completed"):
        signal = getattr(events, name)
        monkeypatch.setattr(signal, "receivers", [])
        signal.sender_receivers_cache.clear()
    yield
    for name in ("orders_placed", "orders_shipped", "orders_cancelled", "returns_completed"):
        getattr(events, name).sender_receivers_cache.clear()

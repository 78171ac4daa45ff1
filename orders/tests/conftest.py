"""Fixtures of the orders app's tests."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.tests.factories import SellerUserFactory, StaffFactory, SuperuserFactory
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


def logged_in(user):
    """Return a browser in which a user is logged in."""
    client = Client()
    client.force_login(user)
    return client


def with_role(name):
    """Return a member of staff who has one role."""
    user = StaffFactory()
    user.groups.add(Group.objects.get(name=name))
    return user


@pytest.fixture
def desk(db):
    """A browser of the order desk."""
    return logged_in(with_role("Order desk"))


@pytest.fixture
def warehouse(db):
    """A browser of the warehouse."""
    return logged_in(with_role("Warehouse"))


@pytest.fixture
def boss(db):
    """A browser of somebody who may do everything."""
    return logged_in(SuperuserFactory())


@pytest.fixture
def seller_browser(db):
    """Return a browser of a seller's user, by seller."""

    def browser(seller):
        user = SellerUserFactory(seller=seller)
        user.groups.add(Group.objects.get(name="Seller"))
        return logged_in(user)

    return browser

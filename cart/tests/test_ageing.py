"""Carts that are left alone: the work queue and the end."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.kernel.jobs.models import Job
from backoffice.kernel.shop.models import ShopSettings
from cart.models import Cart
from cart.selectors import carts_abandoned, carts_expiring
from cart.services import ageing
from cart.services.ageing import carts_expire, carts_mark_abandoned
from cart.services.carts import cart_for
from cart.states import CartStatus
from cart.tests.factories import GuestCartFactory, customer, filled_cart, guest, left_alone
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug():
    return VariantFactory(sku="MUG")


def status_of(cart: Cart) -> str:
    cart.refresh_from_db()
    return cart.status


def test_carts_left_for_a_day_become_a_queue(mug):
    fresh = left_alone(filled_cart(guest("fresh"), (mug, 1)), hours=23)
    guests = left_alone(filled_cart(guest("old"), (mug, 1)), hours=48)
    kims = left_alone(filled_cart(customer(), (mug, 1)), hours=25)
    empty = left_alone(cart_for(guest("empty")), hours=48)

    assert carts_mark_abandoned() == 2

    assert [status_of(cart) for cart in (fresh, guests, kims, empty)] == ["open", "abandoned", "abandoned", "open"]
    assert list(carts_abandoned()) == [kims, guests]
    assert list(carts_abandoned(reachable=True)) == [kims]
    assert list(carts_abandoned(reachable=False)) == [guests]
    assert carts_mark_abandoned() == 0


def test_carts_left_for_long_expire_empty_ones_too(mug):
    ShopSettings.objects.create(pk=1, cart_expiry_days=10)
    young = left_alone(filled_cart(guest("young"), (mug, 1)), hours=9 * 24)
    old = left_alone(filled_cart(guest("old"), (mug, 1)), hours=11 * 24)
    empty = left_alone(cart_for(guest("empty")), hours=11 * 24)
    queued = GuestCartFactory(status=CartStatus.ABANDONED, last_activity_at=timezone.now() - dt.timedelta(days=11))
    merged = GuestCartFactory(status=CartStatus.MERGED, last_activity_at=timezone.now() - dt.timedelta(days=11))

    assert carts_expire() == 3

    assert [status_of(cart) for cart in (young, old, empty, queued, merged)] == [
        "open",
        "expired",
        "expired",
        "expired",
        "merged",
    ]
    assert old.history.latest().history_change_reason == "Nobody came back for 10 days."
    assert carts_expire() == 0


def test_more_than_one_chunk(mug, monkeypatch):
    monkeypatch.setattr(ageing, "CHUNK", 2)
    for number in range(5):
        left_alone(filled_cart(guest(f"g{number}"), (mug, 1)), hours=30)

    assert carts_mark_abandoned() == 5

    assert set(Cart.objects.values_list("status", flat=True)) == {"abandoned"}


def test_many_at_once_leave_the_history_that_single_ones_do(mug):
    for number in range(30):
        left_alone(filled_cart(guest(f"g{number}"), (mug, 1)), hours=30)

    assert carts_mark_abandoned() == 30

    rows = Cart.history.filter(status="abandoned")
    assert rows.count() == 30
    assert set(rows.values_list("history_change_reason", flat=True)) == {"Nobody came back for 24 hours."}


def test_what_expires_soon(mug):
    soon = left_alone(filled_cart(guest("soon"), (mug, 1)), hours=28 * 24)
    left_alone(filled_cart(guest("later"), (mug, 1)), hours=24)
    left_alone(cart_for(guest("empty")), hours=28 * 24)

    assert list(carts_expiring(within=dt.timedelta(days=3), now=timezone.now())) == [soon]


def test_the_command_does_both_and_says_so(mug):
    left_alone(filled_cart(guest("a"), (mug, 1)), hours=30)
    old = left_alone(filled_cart(guest("b"), (mug, 1)), hours=31 * 24)
    out = StringIO()

    call_command("expire_carts", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"expired": 1, "abandoned": 1}
    row = old.history.latest()
    assert Job.objects.filter(pk=row.history_job_id).exists()


def test_the_command_takes_another_age(mug):
    left_alone(filled_cart(guest("a"), (mug, 1)), hours=3)
    out = StringIO()

    call_command("expire_carts", "--abandoned-after", "2", stdout=out)

    assert out.getvalue() == "expired: 0\nabandoned: 1\n"


def test_the_command_refuses_an_age_that_would_take_carts_from_peoples_hands(mug):
    filled_cart(guest("a"), (mug, 1))

    with pytest.raises(CommandError, match="at least one hour"):
        call_command("expire_carts", "--abandoned-after", "0")

    assert Cart.objects.get().status == "open"

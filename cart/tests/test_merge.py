"""A guest's cart at log-in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.signals import user_logged_in
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.states.machine import apply_transition
from cart.models import Cart, CartLine
from cart.services.carts import cart_for, cart_merge_on_login
from cart.services.rows import QUANTITY_MAX
from cart.sessions import SESSION_KEY
from cart.states import CART_MACHINE, CartStatus
from cart.tests.factories import contents, customer, filled_cart, guest
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug():
    return VariantFactory(sku="MUG")


@pytest.fixture
def cup():
    return VariantFactory(sku="CUP")


def test_quantities_add_up(mug, cup):
    kim = customer()
    filled_cart(kim, (mug, 1))
    theirs = filled_cart(guest("g"), (mug, 2), (cup, 3))

    merged = cart_merge_on_login(customer=kim.customer, session_id="g")

    assert merged == cart_for(kim)
    assert contents(merged) == {"MUG": 3, "CUP": 3}
    theirs.refresh_from_db()
    assert (theirs.status, theirs.customer) == (CartStatus.MERGED, None)
    assert contents(theirs) == {"MUG": 2, "CUP": 3}


def test_a_second_call_changes_nothing(mug):
    kim = customer()
    filled_cart(guest("g"), (mug, 2))
    cart_merge_on_login(customer=kim.customer, session_id="g")
    rows = CartLine.history.count()

    assert cart_merge_on_login(customer=kim.customer, session_id="g") is None

    assert contents(cart_for(kim)) == {"MUG": 2}
    assert CartLine.history.count() == rows


def test_the_cap_holds(mug):
    kim = customer()
    filled_cart(kim, (mug, QUANTITY_MAX - 1))
    filled_cart(guest("g"), (mug, 5))

    assert contents(cart_merge_on_login(customer=kim.customer, session_id="g")) == {"MUG": QUANTITY_MAX}


def test_the_guests_price_is_the_one_seen_last(mug):
    kim = customer()
    filled_cart(kim, (mug, 1))
    mug.price = Decimal("12.00")
    mug.save()
    filled_cart(guest("g"), (mug, 1))

    merged = cart_merge_on_login(customer=kim.customer, session_id="g")

    assert merged.lines.get().unit_price == Decimal("12.00")


def test_what_has_gone_off_sale_moves_along(mug):
    kim = customer()
    filled_cart(guest("g"), (mug, 1))
    mug.is_active = False
    mug.save()

    assert contents(cart_merge_on_login(customer=kim.customer, session_id="g")) == {"MUG": 1}


def test_abandoned_carts_of_both_are_taken_up(mug, cup):
    kim = customer()
    mine, theirs = filled_cart(kim, (mug, 1)), filled_cart(guest("g"), (cup, 1))
    for cart in (mine, theirs):
        apply_transition(cart, CART_MACHINE, "abandon")

    merged = cart_merge_on_login(customer=kim.customer, session_id="g")

    assert (merged.pk, merged.status) == (mine.pk, CartStatus.OPEN)
    assert contents(merged) == {"MUG": 1, "CUP": 1}
    theirs.refresh_from_db()
    assert theirs.status == CartStatus.MERGED


def test_nothing_to_merge_makes_no_cart(mug):
    kim = customer()
    cart_for(guest("empty"))

    assert cart_merge_on_login(customer=kim.customer, session_id="") is None
    assert cart_merge_on_login(customer=kim.customer, session_id="unknown") is None
    assert cart_merge_on_login(customer=kim.customer, session_id="empty") is None
    assert Cart.objects.filter(customer=kim.customer).count() == 0


@pytest.mark.parametrize("make", [StaffFactory, SellerUserFactory])
def test_staff_and_sellers_leave_the_guests_cart_as_it_is(make, mug):
    cart = filled_cart(guest("g"), (mug, 1))

    assert cart_merge_on_login(customer=make(), session_id="g") is None

    cart.refresh_from_db()
    assert cart.status == CartStatus.OPEN


def test_log_in_merges(mug):
    kim = customer()
    filled_cart(guest("g"), (mug, 2))
    client = Client()
    session = client.session
    session[SESSION_KEY] = "g"
    session.save()
    before = session.session_key

    client.force_login(kim.customer)

    assert client.session.session_key != before
    assert contents(cart_for(kim)) == {"MUG": 2}


def test_log_in_by_a_program_without_a_session_merges_nothing(mug):
    kim = customer()

    user_logged_in.send(sender=User, request=RequestFactory().get("/"), user=kim.customer)

    assert Cart.objects.count() == 0


def test_log_out_forgets_the_guests_cart(mug):
    kim = customer()
    client = Client()
    session = client.session
    session[SESSION_KEY] = "g"
    session.save()
    client.force_login(kim.customer)

    client.logout()

    assert SESSION_KEY not in client.session

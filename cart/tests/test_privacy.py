"""A person's carts, when the person asks for the data or to be forgotten."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.services.privacy import person_data, person_erase
from cart.states import CartStatus
from cart.tests.factories import customer, filled_cart, guest
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


def test_carts_are_handed_over():
    kim, other = customer(), customer()
    mug = VariantFactory(sku="MUG")
    cart = filled_cart(kim, (mug, 2))
    filled_cart(other, (mug, 1))

    rows = person_data(user=kim.customer)["carts"]

    assert rows == [
        {
            "cart": cart.pk,
            "status": "open",
            "last_activity_at": cart.last_activity_at,
            "sku": "MUG",
            "quantity": 2,
            "unit_price": Decimal("10.00"),
            "currency": "EUR",
        }
    ]


def test_carts_of_an_erased_person_are_closed():
    kim = customer()
    cart, theirs = filled_cart(kim, (VariantFactory(), 1)), filled_cart(guest(), (VariantFactory(), 1))

    person_erase(user=kim.customer, reason="asked for it")

    cart.refresh_from_db()
    theirs.refresh_from_db()
    assert (cart.status, theirs.status) == (CartStatus.EXPIRED, CartStatus.OPEN)

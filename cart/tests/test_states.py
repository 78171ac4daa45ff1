"""Every state of a cart against every transition."""

from __future__ import annotations

import pytest

from backoffice.kernel.states.machine import TransitionRefused, apply_transition
from cart.states import CART_MACHINE, CartStatus
from cart.tests.factories import GuestCartFactory
from orders.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

PERMITTED = {
    ("open", "merge"): "merged",
    ("open", "convert"): "converted",
    ("abandoned", "convert"): "converted",
    ("open", "abandon"): "abandoned",
    ("abandoned", "resume"): "open",
    ("open", "expire"): "expired",
    ("abandoned", "expire"): "expired",
}


@pytest.mark.parametrize("name", sorted(CART_MACHINE.by_name))
@pytest.mark.parametrize("source", CartStatus.values)
def test_every_pair(source, name):
    order = OrderFactory() if "convert" in (name, source) or source == "converted" else None
    cart = GuestCartFactory(status=source, order=order)
    before = cart.history.count()
    target = PERMITTED.get((source, name))

    if target is None:
        with pytest.raises(TransitionRefused, match="it would have to be"):
            apply_transition(cart, CART_MACHINE, name)
    else:
        apply_transition(cart, CART_MACHINE, name)

    cart.refresh_from_db()
    assert cart.status == (target or source)
    assert cart.history.count() == before + (1 if target else 0)


def test_a_cart_that_was_ordered_names_its_order():
    from django.db import IntegrityError, transaction

    cart = GuestCartFactory()

    with pytest.raises(IntegrityError, match="cart_cart_converted_has_order"), transaction.atomic():
        apply_transition(cart, CART_MACHINE, "convert")

"""What goes into a cart, and what does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import SellerStatus
from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.states.machine import apply_transition
from cart.exceptions import CartRefused, NotAvailable
from cart.models import Cart, CartLine
from cart.owners import CartOwner
from cart.services.carts import cart_for
from cart.services.lines import cart_line_add, cart_line_remove, cart_line_set
from cart.services.rows import LINES_MAX, QUANTITY_MAX
from cart.states import CART_MACHINE, CartStatus
from cart.tests.factories import CartLineFactory, contents, customer, filled_cart, guest, left_alone
from products.states import ProductStatus
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def test_each_owner_has_one_open_cart():
    kim, anna = customer(), customer()

    carts = [cart_for(owner) for owner in (kim, anna, guest("x"), guest("y"))]

    assert len({cart.pk for cart in carts}) == 4
    assert cart_for(kim) == carts[0]
    assert cart_for(guest("y")) == carts[3]
    assert carts[0].customer == kim.customer
    assert (carts[2].customer, carts[2].session_id) == (None, "x")


@pytest.mark.parametrize("make", [StaffFactory, SellerUserFactory])
def test_staff_and_sellers_have_no_cart(make):
    with pytest.raises(ValueError, match="Only customers and guests"):
        CartOwner(customer=make())


def test_nobody_owns_no_cart():
    with pytest.raises(ValueError, match="a customer or to a session"):
        CartOwner()


def test_adding_the_same_twice_adds_up_on_one_line():
    variant = VariantFactory(sku="MUG")
    cart = filled_cart(guest(), (variant, 2))

    line = cart_line_add(cart=cart, variant=variant, quantity=3)

    assert (line.quantity, line.unit_price) == (5, Decimal("10.00"))
    assert contents(cart) == {"MUG": 5}


def test_setting_replaces_the_quantity_and_shows_the_price_anew():
    variant = VariantFactory(sku="MUG")
    cart = filled_cart(guest(), (variant, 2))
    variant.price = Decimal("11.00")
    variant.save()

    line = cart_line_set(cart=cart, variant=variant, quantity=2)

    assert (line.quantity, line.unit_price) == (2, Decimal("11.00"))
    assert CartLine.objects.get().unit_price == Decimal("11.00")


def test_removing():
    mug, cup = VariantFactory(sku="MUG"), VariantFactory(sku="CUP")
    cart = filled_cart(guest(), (mug, 2), (cup, 1))

    assert cart_line_remove(cart=cart, variant=mug) is True
    assert cart_line_remove(cart=cart, variant=mug) is False
    assert contents(cart) == {"CUP": 1}


def test_every_touch_counts_as_activity():
    variant = VariantFactory()
    cart = left_alone(filled_cart(guest(), (variant, 1)), hours=5)
    before = cart.last_activity_at

    cart_line_set(cart=cart, variant=variant, quantity=1)

    cart.refresh_from_db()
    assert (cart.last_activity_at - before).total_seconds() >= 5 * 3600


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [(0, "at least one piece"), (-1, "at least one piece"), (QUANTITY_MAX + 1, "at most 10,000 pieces")],
)
@pytest.mark.parametrize("service", [cart_line_add, cart_line_set])
def test_too_few_or_too_many_are_refused(service, quantity, reason):
    variant = VariantFactory()
    cart = filled_cart(guest())

    with pytest.raises(CartRefused, match=reason) as refusal:
        service(cart=cart, variant=variant, quantity=quantity)

    assert refusal.value.field == "quantity"
    assert contents(cart) == {}


def test_adding_up_stops_at_the_cap():
    variant = VariantFactory(sku="MUG")
    cart = filled_cart(guest(), (variant, QUANTITY_MAX))

    with pytest.raises(CartRefused, match="at most 10,000 pieces"):
        cart_line_add(cart=cart, variant=variant)

    assert contents(cart) == {"MUG": QUANTITY_MAX}


def test_a_full_cart_takes_nothing_new_but_more_of_the_same():
    cart = cart_for(guest())
    product = ProductFactory()
    lines = [CartLineFactory(cart=cart, variant=VariantFactory(product=product)) for _ in range(LINES_MAX)]

    with pytest.raises(CartRefused, match="at most 200 different things"):
        cart_line_add(cart=cart, variant=VariantFactory(product=product))

    assert cart_line_add(cart=cart, variant=lines[0].variant).quantity == 2
    assert cart.lines.count() == LINES_MAX


@pytest.mark.parametrize(
    "values",
    [
        {"is_active": False},
        {"product__status": ProductStatus.DRAFT},
        {"product__status": ProductStatus.ARCHIVED},
        {"product__seller__status": SellerStatus.SUSPENDED},
        {"product__seller__status": SellerStatus.PENDING},
    ],
)
def test_what_is_not_on_sale_is_refused_without_saying_why(values):
    variant = VariantFactory(sku="MUG", **values)
    cart = filled_cart(guest())

    with pytest.raises(NotAvailable) as refusal:
        cart_line_add(cart=cart, variant=variant)

    assert str(refusal.value) == "MUG is not available."
    assert contents(cart) == {}


@pytest.mark.parametrize("transition", ["expire", "merge"])
def test_a_closed_cart_is_left_alone(transition):
    variant = VariantFactory(sku="MUG")
    cart = filled_cart(guest(), (variant, 1))
    apply_transition(cart, CART_MACHINE, transition)

    for service in (cart_line_add, cart_line_set):
        with pytest.raises(CartRefused, match="This cart is closed"):
            service(cart=cart, variant=variant, quantity=2)
    with pytest.raises(CartRefused, match="This cart is closed"):
        cart_line_remove(cart=cart, variant=variant)

    assert contents(cart) == {"MUG": 1}
    assert cart_for(guest()) != cart


def test_an_abandoned_cart_is_taken_up_again():
    variant = VariantFactory(sku="MUG")
    cart = filled_cart(guest(), (variant, 1))
    apply_transition(cart, CART_MACHINE, "abandon")

    again = cart_for(guest())

    assert again == cart
    assert again.status == CartStatus.OPEN
    assert contents(again) == {"MUG": 1}
    assert Cart.objects.count() == 1


def test_a_cart_that_is_marked_abandoned_while_in_use_goes_on():
    variant = VariantFactory(sku="MUG")
    cart = filled_cart(guest(), (variant, 1))
    apply_transition(Cart.objects.get(pk=cart.pk), CART_MACHINE, "abandon")

    cart_line_add(cart=cart, variant=variant)

    cart.refresh_from_db()
    assert cart.status == CartStatus.OPEN
    assert contents(cart) == {"MUG": 2}


def test_history_of_a_guests_cart_names_a_job():
    cart = filled_cart(guest(), (VariantFactory(), 1))

    rows = [*cart.history.all(), *cart.lines.get().history.all()]

    assert {row.history_user_id for row in rows} == {None}
    assert all(row.history_job_id is not None for row in rows)

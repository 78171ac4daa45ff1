"""A cart becomes an order, once, or nothing happens."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.tests.factories import UserFactory
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.states.machine import apply_transition
from cart.exceptions import (
    CartRefused,
    CheckoutIncomplete,
    KeyUsedBefore,
    NotAvailable,
    OutOfStock,
    PriceChange,
    PriceChanged,
)
from cart.models import Cart
from cart.owners import CartOwner
from cart.services.carts import cart_for
from cart.services.checkout import CheckoutDetails, cart_checkout
from cart.services.lines import cart_line_add
from cart.states import CART_MACHINE, CartStatus
from cart.tests.factories import contents, filled_cart, guest
from orders.models import Allocation, Order, OrderChannel, OrderLine
from orders.states import OrderStatus
from orders.tests.factories import ADDRESS, customer_with_profile, stocked_variant
from products.models import Stock

pytestmark = pytest.mark.django_db

DETAILS = CheckoutDetails(email="guest@example.com", shipping_address=ADDRESS)


@pytest.fixture
def mug():
    return stocked_variant(on_hand=5, name="Mug")


@pytest.fixture
def kim() -> CartOwner:
    return CartOwner(customer=customer_with_profile(language="de"))


def written() -> tuple[int, ...]:
    """Count what a checkout writes."""
    return (
        Order.objects.count(),
        OrderLine.objects.count(),
        Allocation.objects.count(),
        sum(Stock.objects.values_list("allocated", flat=True)),
        Order.history.count(),
        Stock.history.count(),
        Job.objects.count(),
    )


def assert_refused(exception: type[Exception], match: str, *, owner: CartOwner, cart: Cart, **call) -> Exception:
    """Check out, see it refused, and see that nothing was written."""
    before, history = written(), cart.history.count()
    with pytest.raises(exception, match=match) as refusal:
        cart_checkout(owner=owner, **{"key": "k", "details": DETAILS, **call})
    assert written() == before
    cart.refresh_from_db()
    assert (cart.order, cart.history.count()) == (None, history)
    return refusal.value


def test_a_guest_orders(mug):
    cart = filled_cart(guest(), (mug, 2))

    order, new = cart_checkout(owner=guest(), key="k", details=DETAILS)

    assert new is True
    assert (order.status, order.customer, order.email) == (OrderStatus.OPEN, None, "guest@example.com")
    assert (order.channel, order.total) == (OrderChannel.STOREFRONT, Decimal("20.00"))
    assert (order.shipping_address, order.billing_address) == (ADDRESS, ADDRESS)
    assert list(order.lines.values_list("sku", "quantity", "allocated")) == [(mug.sku, 2, 2)]
    cart.refresh_from_db()
    assert (cart.status, cart.order) == (CartStatus.CONVERTED, order)
    assert Stock.objects.get().allocated == 2


def test_a_customer_orders_with_what_is_known(kim, mug):
    filled_cart(kim, (mug, 1))

    order, _ = cart_checkout(owner=kim, key="k", details=CheckoutDetails(note="Leave it with the neighbour."))

    assert (order.customer, order.email, order.language) == (kim.customer, kim.customer.email, "de")
    assert order.shipping_address["city"] == "Dresden"
    assert order.customer_note == "Leave it with the neighbour."


def test_a_second_click_returns_the_same_order(mug):
    filled_cart(guest(), (mug, 2))
    first, _ = cart_checkout(owner=guest(), key="k", details=DETAILS)
    before = written()

    again, new = cart_checkout(owner=guest(), key="k", details=DETAILS)

    assert (again, new) == (first, False)
    assert written() == before


def test_a_replay_returns_the_same_order_though_a_new_cart_was_begun(mug):
    filled_cart(guest(), (mug, 2))
    first, _ = cart_checkout(owner=guest(), key="k", details=DETAILS)
    cart = filled_cart(guest(), (mug, 1))

    assert cart_checkout(owner=guest(), key="k", details=DETAILS) == (first, False)
    assert contents(cart) == {mug.sku: 1}

    second, new = cart_checkout(owner=guest(), key="another", details=DETAILS)
    assert (second != first, new) == (True, True)


def test_a_cart_that_was_ordered_meanwhile_returns_its_order(mug, monkeypatch):
    cart = filled_cart(guest(), (mug, 2))
    first, _ = cart_checkout(owner=guest(), key="k", details=DETAILS)
    # As a second request saw it before the first one had committed.
    monkeypatch.setattr("cart.services.checkout.cart_current", lambda _: cart)
    monkeypatch.setattr("cart.services.checkout.checkout_order", lambda *_: None)

    assert cart_checkout(owner=guest(), key="k", details=DETAILS) == (first, False)
    assert cart_checkout(owner=guest(), key="other", details=DETAILS) == (first, False)
    assert Order.objects.count() == 1


def test_the_same_key_of_two_people_makes_two_orders(kim, mug):
    filled_cart(guest(), (mug, 1))
    filled_cart(kim, (mug, 1))

    one, _ = cart_checkout(owner=guest(), key="1", details=DETAILS)
    two, _ = cart_checkout(owner=kim, key="1", details=CheckoutDetails())

    assert one != two
    assert (one.customer, two.customer) == (None, kim.customer)


@pytest.mark.parametrize(
    "other",
    [
        CheckoutDetails(email="other@example.com", shipping_address=ADDRESS),
        CheckoutDetails(email="guest@example.com", shipping_address={**ADDRESS, "city": "Bonn"}),
        CheckoutDetails(email="guest@example.com", shipping_address=ADDRESS, billing_address={**ADDRESS, "name": "X"}),
        CheckoutDetails(email="guest@example.com", shipping_address=ADDRESS, note="Now with a note"),
    ],
)
def test_a_key_with_another_wish_is_refused(mug, other):
    filled_cart(guest(), (mug, 1))
    order, _ = cart_checkout(owner=guest(), key="k", details=DETAILS)
    cart = filled_cart(guest(), (mug, 1))

    assert_refused(KeyUsedBefore, f"has led to order {order}", owner=guest(), cart=cart, details=other)


def test_a_price_that_changed_is_told_and_the_new_total_can_be_accepted(mug):
    cart = filled_cart(guest(), (mug, 2))
    mug.price = Decimal("12.50")
    mug.save()

    refusal = assert_refused(PriceChanged, "comes to 25.00 EUR", owner=guest(), cart=cart)

    assert refusal.changes == (PriceChange(sku=mug.sku, shown=Decimal("10.00"), now=Decimal("12.50")),)
    assert (refusal.total, refusal.currency) == (Decimal("25.00"), "EUR")
    order, new = cart_checkout(owner=guest(), key="k", details=DETAILS, accepted_total=refusal.total)
    assert (order.total, new) == (Decimal("25.00"), True)


def test_a_price_that_fell_is_told_too(mug):
    cart = filled_cart(guest(), (mug, 2))
    mug.price = Decimal("9.99")
    mug.save()

    assert_refused(PriceChanged, "comes to 19.98 EUR", owner=guest(), cart=cart)


@pytest.mark.parametrize("accepted", ["19.99", "20.01", "0.00"])
def test_another_total_than_accepted_is_refused(mug, accepted):
    cart = filled_cart(guest(), (mug, 2))

    refusal = assert_refused(
        PriceChanged, "comes to 20.00 EUR", owner=guest(), cart=cart, accepted_total=Decimal(accepted)
    )

    assert refusal.changes == ()


def test_too_little_stock_writes_nothing_and_names_what_is_short(mug):
    cup = stocked_variant(on_hand=0)
    cart = filled_cart(guest(), (mug, 6), (cup, 1))

    refusal = assert_refused(OutOfStock, "6 wanted, 5 available", owner=guest(), cart=cart)

    assert [(item.sku, item.wanted, item.available) for item in refusal.shortages] == [(mug.sku, 6, 5), (cup.sku, 1, 0)]


def test_stock_that_goes_in_the_last_moment_writes_nothing(mug, monkeypatch):
    cart = filled_cart(guest(), (mug, 6))
    monkeypatch.setattr("cart.services.checkout.shortages_of", lambda *_: [])

    assert_refused(Exception, "6 wanted, 5 available", owner=guest(), cart=cart)


def test_what_went_off_sale_is_named(mug):
    cup = stocked_variant()
    cart = filled_cart(guest(), (mug, 1), (cup, 1))
    cup.is_active = False
    cup.save()

    assert_refused(NotAvailable, f"No longer available: {cup.sku}", owner=guest(), cart=cart)


def test_a_guest_must_give_an_email(mug):
    cart = filled_cart(guest(), (mug, 1))

    refusal = assert_refused(
        CheckoutIncomplete,
        "where the confirmation goes",
        owner=guest(),
        cart=cart,
        details=CheckoutDetails(shipping_address=ADDRESS),
    )

    assert refusal.field == "email"


def test_an_address_is_needed(mug):
    owner = CartOwner(customer=UserFactory())
    cart = filled_cart(owner, (mug, 1))

    refusal = assert_refused(
        CheckoutIncomplete, "where the goods go", owner=owner, cart=cart, details=CheckoutDetails()
    )

    assert refusal.field == "shipping_address"


def test_a_key_is_needed(mug):
    cart = filled_cart(guest(), (mug, 1))

    assert_refused(CheckoutIncomplete, "Idempotency-Key", owner=guest(), cart=cart, key="")


def test_there_must_be_something_in_the_cart(mug):
    with pytest.raises(CartRefused, match="The cart is empty"):
        cart_checkout(owner=guest(), key="k", details=DETAILS)

    assert_refused(CartRefused, "The cart is empty", owner=guest(), cart=cart_for(guest()))


def test_a_cart_that_was_closed_meanwhile_is_not_ordered(mug, monkeypatch):
    cart = filled_cart(guest(), (mug, 1))
    apply_transition(cart, CART_MACHINE, "expire")
    monkeypatch.setattr("cart.services.checkout.cart_current", lambda _: cart)

    assert_refused(CartRefused, "This cart is closed: it is expired", owner=guest(), cart=cart)


def test_an_abandoned_cart_can_be_ordered(mug):
    cart = filled_cart(guest(), (mug, 1))
    apply_transition(cart, CART_MACHINE, "abandon")

    order, _ = cart_checkout(owner=guest(), key="k", details=DETAILS)

    cart.refresh_from_db()
    assert (cart.status, cart.order) == (CartStatus.CONVERTED, order)


def test_after_the_order_a_new_cart_begins(mug):
    filled_cart(guest(), (mug, 1))
    order, _ = cart_checkout(owner=guest(), key="k", details=DETAILS)

    cart = cart_for(guest())
    cart_line_add(cart=cart, variant=mug)

    assert cart != order.cart
    assert contents(order.cart) == {mug.sku: 1}
    assert contents(cart) == {mug.sku: 1}

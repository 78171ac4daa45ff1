"""Orders are entered and changed as drafts."""

from decimal import Decimal

import pytest

from accounts.tests.factories import AddressFactory, CustomerProfileFactory, UserFactory
from orders.exceptions import OrderNotDraft, OrderRefused
from orders.models import Order, OrderChannel
from orders.services.drafts import order_create, order_update
from orders.tests.asserts import assert_history_is_true, snapshot
from orders.tests.factories import ADDRESS, OrderFactory, draft_order, placed_order

pytestmark = pytest.mark.django_db
D = Decimal


def test_draft_takes_what_it_is_not_told_from_the_customer():
    customer = CustomerProfileFactory(language="de", vat_id="DE136695976").user
    AddressFactory(user=customer, name="Nobody", line1="Old street")
    AddressFactory(user=customer, name="Kim Rechnung", company="Kim KG", is_default_billing=True)
    AddressFactory(user=customer, name="Kim Lager", is_default_shipping=True)

    order = order_create(customer=customer)

    assert order.number == "O-100001"
    assert (order.email, order.language, order.vat_id) == (customer.email, "de", "DE136695976")
    assert (order.currency, order.prices_include_tax, order.channel) == ("EUR", True, OrderChannel.STAFF)
    assert order.billing_address["name"] == "Kim Rechnung"
    assert order.shipping_address["name"] == "Kim Lager"
    assert (order.buyer_name, order.buyer_search, order.buyer_search_surname) == ("Kim KG", "kim kg", "rechnung kim")


def test_customer_without_defaults_gets_the_first_address_for_both():
    customer = UserFactory()
    AddressFactory(user=customer, name="First")
    AddressFactory(user=customer, name="Second")

    order = order_create(customer=customer)

    assert (order.billing_address["name"], order.shipping_address["name"]) == ("First", "First")


def test_guest_order_bills_to_the_delivery_address():
    order = order_create(email=" Guest@Example.COM ", shipping_address=ADDRESS)

    assert (order.customer, order.email) == (None, "guest@example.com")
    assert order.billing_address == ADDRESS
    assert order.buyer_name == "Kim Example"


def test_address_is_a_copy():
    customer = UserFactory()
    address = AddressFactory(user=customer, city="Dresden")
    order = order_create(customer=customer)

    address.city = "Leipzig"
    address.save()

    assert Order.objects.get(pk=order.pk).shipping_address["city"] == "Dresden"


def test_numbers_are_counted():
    assert [OrderFactory().number for _ in range(3)] == ["O-100001", "O-100002", "O-100003"]


@pytest.mark.parametrize("field", ["discount", "shipping_price"])
def test_negative_amounts_are_refused(field):
    with pytest.raises(OrderRefused) as refusal:
        order_create(**{field: D("-0.01")})

    assert refusal.value.field == field
    assert not Order.objects.exists()


def test_change_of_delivery_country_prices_anew():
    order = draft_order()
    assert order.total == D("20.00")

    order_update(order=order, values={"shipping_price": D("4.90"), "discount": D("1.00")})

    order.refresh_from_db()
    assert order.total == D("23.90")
    assert_history_is_true()


def test_new_customer_brings_the_address_along():
    order = draft_order()
    customer = UserFactory(email="other@example.com")
    AddressFactory(user=customer, name="Other Person")

    order_update(order=order, values={"customer": customer})

    assert order.customer == customer
    assert (order.email, order.buyer_name) == ("other@example.com", "Other Person")
    assert order.shipping_address["name"] == "Other Person"


def test_new_customer_without_address_does_not_inherit_one():
    order = draft_order()

    order_update(order=order, values={"customer": UserFactory()})

    assert (order.shipping_address, order.billing_address, order.buyer_name) == ({}, {}, "")


def test_given_address_wins_over_the_new_customers():
    order = draft_order()
    customer = UserFactory()
    AddressFactory(user=customer, name="Other Person")

    order_update(order=order, values={"customer": customer, "shipping_address": {**ADDRESS, "name": "Neighbour"}})

    assert (order.billing_address["name"], order.shipping_address["name"]) == ("Other Person", "Neighbour")


def test_nothing_changed_writes_nothing():
    order = draft_order()
    before = snapshot()

    order_update(order=order, values={"discount": D("0.00"), "email": order.email.upper()})

    assert snapshot() == before


@pytest.mark.parametrize("field", ["status", "total", "number", "paid_total", "idempotency_key"])
def test_derived_fields_cannot_be_set(field):
    order = draft_order()
    before = snapshot()

    with pytest.raises(OrderRefused):
        order_update(order=order, values={field: "1"})

    assert snapshot() == before


def test_placed_order_cannot_be_changed():
    order = placed_order()
    before = snapshot()

    with pytest.raises(OrderNotDraft) as refusal:
        order_update(order=order, values={"discount": D("5.00")})

    assert str(refusal.value) == f"Order {order.number} is open and can no longer be changed."
    assert snapshot() == before


def test_discount_above_the_goods_is_refused():
    order = draft_order()
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        order_update(order=order, values={"discount": D("20.01")})

    assert str(refusal.value) == "A discount of 20.01 cannot be taken off goods for 20.00 EUR."
    assert snapshot() == before

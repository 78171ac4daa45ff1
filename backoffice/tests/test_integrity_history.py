"""History that is missing, false or nobody's is found; the same value in another form is not."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from accounts.models import Address, User
from accounts.tests.factories import AddressFactory, CustomerProfileFactory, UserFactory
from backoffice.kernel.history.bulk import bulk_update
from backoffice.tests.breaking import change, delete, execute, found, newest_history, relax
from orders.models import Order
from orders.tests.factories import OrderFactory
from products.models import Variant
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.usefixtures("breakable")


# Newest rows -------------------------------------------------------------------


def test_a_row_changed_without_history():
    variant = VariantFactory()
    Variant.objects.filter(pk=variant.pk).update(price="11.00", barcode="4006381333931")

    assert found(8) == [(f"products.Variant {variant.pk}", "The newest history row differs in barcode, price.")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("customer_note", "Ring twice"),
        ("placed_at", "2026-03-02 09:00:00+00:00"),
        ("billing_address", json.dumps({"name": "Somebody else"})),
        ("prices_include_tax", False),
        ("customer_id", None),
        ("shipping_price", "0.01"),
    ],
)
def test_each_kind_of_column_is_compared(column: str, value: object):
    order = OrderFactory()
    if column == "customer_id":
        value = UserFactory().pk
    change(order, **{column: value})

    assert found(8) == [(f"orders.Order {order.pk}", f"The newest history row differs in {column}.")]


def test_a_value_that_became_empty_differs():
    order = OrderFactory(external_reference="A-1")
    order.shipping_tax_class = VariantFactory().product.tax_class
    order.save()
    change(order, shipping_tax_class_id=None)

    assert found(8) == [(f"orders.Order {order.pk}", "The newest history row differs in shipping_tax_class_id.")]


def test_the_same_value_in_another_form_does_not_differ():
    order, variant = OrderFactory(), VariantFactory(price="10.00")
    spaced = json.dumps(order.billing_address, indent=2, sort_keys=True)
    change(order, billing_address=spaced, shipping_price="0")
    change(variant, price="10")
    if connection.vendor == "sqlite":
        # SQLite keeps moments as text, in whatever form they were written.
        text = f"{order.created_at:%Y-%m-%d %H:%M:%S.%f}000"
        execute("UPDATE orders_order SET updated_at = created_at WHERE id = %s", (order.pk,))
        execute("UPDATE orders_historicalorder SET updated_at = created_at WHERE id = %s", (order.pk,))
        change(order, created_at=text)

    assert found(8) == []


def test_columns_that_history_leaves_out_are_not_compared():
    user = UserFactory()
    change(user, password="something else", last_login="2026-03-02 09:00:00+00:00")

    assert found(8) == []


def test_a_bulk_write_leaves_nothing_to_find():
    variants = VariantFactory.create_batch(3)
    bulk_update(Variant, ["price"], [[variant.pk, "12.34"] for variant in variants])

    assert found(8) == []


def test_a_row_without_history():
    address = AddressFactory()
    execute("DELETE FROM accounts_historicaladdress WHERE id = %s", (address.pk,))

    assert found(8) == [(f"accounts.Address {address.pk}", "The row has no history.")]


def test_a_row_that_lives_after_its_history_ended():
    address = AddressFactory()
    change(newest_history(address), history_type="-")

    assert found(8) == [(f"accounts.Address {address.pk}", "The row lives, but its history ends with a deletion.")]


def test_a_row_deleted_without_history():
    address, kept = AddressFactory(), AddressFactory()
    address.city = "Leipzig"
    address.save()
    kept.delete()
    delete(address)

    assert found(8) == [
        (f"accounts.Address {address.pk}", "The row is gone, but its history does not end with a deletion.")
    ]
    assert Address.objects.count() == 0


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL's columns hold no such values")
def test_a_value_that_cannot_be_read_differs():
    order = OrderFactory()
    relax(Order)
    change(order, billing_address="{broken")

    assert found(8) == [(f"orders.Order {order.pk}", "The newest history row differs in billing_address.")]


# Who answers -------------------------------------------------------------------


def test_history_that_names_nobody():
    row = newest_history(CustomerProfileFactory())
    change(row, history_user_id=None, history_job_id=None)

    assert found(9) == [
        (f"accounts.CustomerProfile {row.id}", f"History row {row.history_id} names nobody who can be found.")
    ]


@pytest.mark.parametrize("column", ["history_user_id", "history_job_id"])
def test_history_that_names_somebody_who_never_was(column: str):
    row = newest_history(OrderFactory())
    change(row, **{column: 987_654})

    assert found(9) == [(f"orders.Order {row.id}", f"History row {row.history_id} names nobody who can be found.")]


def test_history_that_names_a_user_is_answered_for():
    order, user = OrderFactory(), UserFactory()
    change(newest_history(order), history_user_id=user.pk, history_job_id=None)

    assert found(9) == []


def test_every_tracked_model_is_looked_at():
    from backoffice.integrity.history import tracked_models

    assert {User, Order, Variant, Address} < set(tracked_models())

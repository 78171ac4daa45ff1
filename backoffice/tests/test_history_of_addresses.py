"""The history of an order tells its addresses as a person would write them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.tests.factories import SuperuserFactory
from orders.services.drafts import order_create, order_update

pytestmark = pytest.mark.django_db


def test_an_address_that_changed_stands_in_the_history(client):
    order = order_create(email="kim@example.com", shipping_address={"name": "Kim", "city": "Dresden", "country": "DE"})
    order_update(order=order, values={"shipping_address": {"name": "Kim", "city": "Graz", "country": "AT"}})
    client.force_login(SuperuserFactory())

    page = client.get(reverse("admin:orders_order_history", args=[order.pk])).content.decode()

    assert "city: Dresden" in page
    assert "city: Graz" in page

"""The lists of people and a customer's page cost the same number of queries for 1 and for 50 rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import CustomerProfile, UserType
from accounts.tests.factories import (
    AddressFactory,
    CustomerProfileFactory,
    SellerFactory,
    SuperuserFactory,
    UserFactory,
)
from cart.models import Cart
from cart.states import CartStatus
from invoices.tests.factories import issued_invoice
from orders.tests.factories import stocked_variant

pytestmark = pytest.mark.django_db

SNAPSHOT = Path(__file__).with_name("query_counts.json")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(SuperuserFactory())
    return client


def queries(client: Client, url: str) -> int:
    # What is looked up once per process is no part of a page.
    ContentType.objects.clear_cache()
    for model in (Group, CustomerProfile):
        ContentType.objects.get_for_model(model)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def people(count: int) -> None:
    for number in range(count):
        user = CustomerProfileFactory().user
        AddressFactory(user=user)
        seller = UserFactory(user_type=UserType.SELLER, seller=SellerFactory(), is_staff=True)
        seller.groups.add(Group.objects.order_by("pk")[number % Group.objects.count()])


def trade(customer: CustomerProfile, count: int) -> None:
    variant = stocked_variant(on_hand=1_000)
    for _ in range(count):
        issued_invoice(customer=customer.user, lines=[(variant, 1)])
        AddressFactory(user=customer.user)
        Cart.objects.create(customer=customer.user, status=CartStatus.EXPIRED)


LISTS = ["user", "customerprofile", "sellerprofile", "address"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_many_rows(client: Client, name: str):
    url = reverse(f"admin:accounts_{name}_changelist")
    people(1)
    client.get(url)
    one = queries(client, url)

    people(49)

    # Only a list that is longer than a page is counted: each person comes with others.
    assert queries(client, url) == one + (name == "user")
    assert one == json.loads(SNAPSHOT.read_text())[f"{name} list"]


def test_the_list_of_roles_costs_the_same_for_many_members(client: Client):
    url = reverse("admin:auth_group_changelist")
    people(1)
    client.get(url)
    one = queries(client, url)

    people(49)

    assert queries(client, url) == one == json.loads(SNAPSHOT.read_text())["group list"]


def test_a_customer_s_page_costs_the_same_however_much_was_bought(client: Client):
    customer = CustomerProfileFactory()
    url = reverse("admin:accounts_customerprofile_change", args=[customer.pk])
    trade(customer, 1)
    client.get(url)
    one = queries(client, url)

    trade(customer, 49)

    assert queries(client, url) == one == json.loads(SNAPSHOT.read_text())["customer page"]


def test_a_user_s_page_costs_the_same_however_many_there_are(client: Client):
    people(1)
    user = UserFactory(user_type=UserType.STAFF, is_staff=True)
    url = reverse("admin:accounts_user_change", args=[user.pk])
    client.get(url)
    one = queries(client, url)

    people(49)

    assert queries(client, url) == one == json.loads(SNAPSHOT.read_text())["user page"]

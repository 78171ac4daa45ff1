"""Every endpoint for every role, for customers and for nobody, against the manifest."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.permissions import ROLES
from accounts.services.roles import permission_codenames
from accounts.tests.factories import SellerUserFactory, StaffFactory, SuperuserFactory, UserFactory
from backoffice.kernel.shop.models import ShopSettings
from backoffice.tests.api.world import client_of, draft, party, staff
from orders.states import ORDER_MACHINE, SHIPMENT_MACHINE

pytestmark = pytest.mark.django_db

# Endpoint → the model whose view permission it needs.
READ = {
    "api-product": "products.product",
    "api-stock": "products.stock",
    "api-order": "orders.order",
    "api-order-line": "orders.orderline",
    "api-payment": "finance.payment",
    "api-invoice": "invoices.invoice",
}
FOR_SELLERS = {"api-product", "api-stock", "api-order", "api-order-line"}
FOR_CUSTOMERS = {"api-order", "api-invoice"}
TRANSITIONS = {
    "api-order-place": ORDER_MACHINE.by_name["place"].permission,
    "api-order-cancel": ORDER_MACHINE.by_name["cancel"].permission,
    "api-order-ship": SHIPMENT_MACHINE.by_name["ship"].permission,
}


@pytest.fixture
def shop():
    return party("Alpha")


def details(shop) -> dict[str, str]:
    """Return the address of one row of each endpoint."""
    keys = {
        "api-product": shop.variant.product_id,
        "api-stock": shop.stock.pk,
        "api-order": shop.order.number,
        "api-order-line": shop.order.lines.get().pk,
        "api-payment": shop.payment.pk,
        "api-invoice": shop.invoice.pk,
    }
    return {name: reverse(f"{name}-detail", args=[key]) for name, key in keys.items()}


def may(role, permission: str) -> bool:
    """Say whether the manifest gives a role a permission."""
    app_label, _, codename = permission.partition(".")
    return (app_label, codename) in permission_codenames(role)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_reading(role, shop):
    user = shop.user if role.name == "Seller" else staff(role.name)
    client = client_of(user)
    pages = details(shop)

    for name, model in READ.items():
        app_label, _, model_name = model.partition(".")
        allowed = may(role, f"{app_label}.view_{model_name}") and (role.name != "Seller" or name in FOR_SELLERS)
        expected = 200 if allowed else 403
        assert client.get(reverse(f"{name}-list")).status_code == expected, name
        assert client.get(pages[name]).status_code == expected, name


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_moving_orders(role, shop):
    user = shop.user if role.name == "Seller" else staff(role.name)
    client = client_of(user)

    for name, permission in TRANSITIONS.items():
        order = draft("Alpha", shop.customer, (shop.variant, 1))
        history = order.history.count()
        response = client.post(reverse(name, args=[order.number]))
        # A draft can be placed and cancelled, not shipped.
        allowed = 409 if name == "api-order-ship" else 200
        assert response.status_code == (allowed if may(role, permission) else 403), name
        if response.status_code == 403:
            order.refresh_from_db()
            assert (order.status, order.history.count()) == ("draft", history)


def test_nobody_reads_or_moves_anything_without_a_log_in(shop):
    client = client_of()
    for name, page in details(shop).items():
        assert client.get(reverse(f"{name}-list")).status_code == 401, name
        assert client.get(page).status_code == 401, name
    for name in TRANSITIONS:
        assert client.post(reverse(name, args=[shop.order.number])).status_code == 401, name


def test_customers_read_their_orders_and_invoices_and_nothing_else(shop):
    client, stranger = client_of(shop.customer), client_of(UserFactory())
    for name, page in details(shop).items():
        expected = 200 if name in FOR_CUSTOMERS else 403
        assert client.get(reverse(f"{name}-list")).status_code == expected, name
        assert client.get(page).status_code == expected, name
        assert stranger.get(page).status_code == (404 if name in FOR_CUSTOMERS else 403), name
    for name in TRANSITIONS:
        assert client.post(reverse(name, args=[shop.order.number])).status_code == 403, name


@pytest.mark.parametrize("user", [StaffFactory, SellerUserFactory], ids=["staff", "seller"])
def test_without_a_role_nothing_opens(user, shop):
    client = client_of(user())
    for name, page in details(shop).items():
        assert client.get(reverse(f"{name}-list")).status_code == 403, name
        assert client.get(page).status_code == 403, name


def test_a_seller_who_may_not_open_the_back_office_opens_nothing_here_either(shop):
    shop.user.is_staff = False
    shop.user.save()
    client = client_of(shop.user)

    for name in READ:
        assert client.get(reverse(f"{name}-list")).status_code == 403, name


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_log_in_without_its_second_factor_opens_nothing(role, shop):
    ShopSettings.objects.create(pk=1, require_second_factor=True)
    client = client_of(shop.user if role.name == "Seller" else staff(role.name))

    for name, page in details(shop).items():
        for response in (client.get(reverse(f"{name}-list")), client.get(page)):
            assert response.status_code == 403, name
            assert response.json() == {"detail": "Confirm this log-in with your one-time code first."}
    for name in TRANSITIONS:
        assert client.post(reverse(name, args=[shop.order.number])).status_code == 403, name


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_what_is_read_cannot_be_written(method, shop):
    client = client_of(SuperuserFactory())
    for name, page in details(shop).items():
        for url in (reverse(f"{name}-list"), page):
            response = getattr(client, method)(url, {"status": "completed", "seller": 1, "owner": 1})
            assert response.status_code == 405, name


def test_a_disabled_account_is_shut_out_at_once(shop):
    user = staff("Auditor")
    client = client_of(user)
    assert client.get(reverse("api-order-list")).status_code == 200
    user.is_active = False
    user.save()

    assert client.get(reverse("api-order-list")).status_code == 401

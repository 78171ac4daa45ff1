"""Buttons of transitions: only those that are possible and permitted, applied by a POST, with their reason."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages

from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.tests.admin_pages.catalogue import PAGES
from products.models import Product
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

MAY = ("products.view_product", "products.publish_product")


@pytest.fixture(autouse=True)
def pages(admin_pages):
    admin_pages(PAGES)


@pytest.fixture
def editor(client, grant):
    user = grant(StaffFactory(), *MAY)
    client.force_login(user)
    return user


def url(product, move, machine="product") -> str:
    return f"/admin/products/product/{product.pk}/transition/{machine}/{move}/"


def draft(**fields) -> Product:
    return VariantFactory(product__status="draft", **fields).product


def buttons(client, product) -> list[tuple[str, str, bool]]:
    page = client.get(f"/admin/products/product/{product.pk}/change/")
    return [(button["label"], button["refusal"], button["asks"]) for button in page.context["transition_buttons"]]


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_page_offers_what_the_state_allows(client, editor):
    assert buttons(client, draft()) == [("Publish", "", False), ("Archive", "", True)]
    assert buttons(client, VariantFactory(product__status="archived").product) == [("Publish", "", False)]


def test_a_move_that_its_guard_refuses_is_shown_with_the_reason(client, editor):
    label, refusal, _asks = buttons(client, ProductFactory(status="draft"))[0]

    assert label == "Publish"
    assert "variant" in refusal


def test_without_the_permission_there_is_no_button(client, grant):
    client.force_login(grant(StaffFactory(), "products.view_product"))

    assert buttons(client, draft()) == []


def test_a_button_applies_its_move_in_the_name_of_the_user(client, editor):
    product = draft()

    response = client.post(url(product, "publish"))

    product.refresh_from_db()
    assert (product.status, product.history.first().history_user_id) == ("active", editor.pk)
    assert response["Location"] == f"/admin/products/product/{product.pk}/change/"
    assert said(response) == [f"{product}: Publish – done."]


def test_a_move_that_asks_why_is_not_applied_without_a_reason(client, editor):
    product = draft()

    page = client.get(url(product, "archive"))
    refused = client.post(url(product, "archive"), {"reason": ""})

    product.refresh_from_db()
    assert (page.status_code, refused.status_code, product.status) == (200, 200, "draft")
    client.post(url(product, "archive"), {"reason": "Out of season"})
    product.refresh_from_db()
    assert (product.status, product.history.first().history_change_reason) == ("archived", "Out of season")


def test_a_get_applies_nothing(client, editor):
    product = draft()

    client.get(url(product, "publish"))

    product.refresh_from_db()
    assert product.status == "draft"


def test_a_move_from_the_wrong_state_is_refused_with_the_reason(client, editor):
    product = VariantFactory(product__status="active").product

    response = client.post(url(product, "publish"))

    product.refresh_from_db()
    assert product.status == "active"
    assert said(response) == [f"{product} is active; it would have to be archived or draft."]


def test_a_forged_post_without_the_permission_is_refused(client, grant):
    client.force_login(grant(StaffFactory(), "products.view_product", "products.change_product"))
    product = draft()

    assert client.post(url(product, "publish")).status_code == 403

    product.refresh_from_db()
    assert product.status == "draft"


def test_a_foreign_row_is_not_there(client, grant):
    client.force_login(grant(SellerUserFactory(), *MAY))
    product = draft()

    assert client.post(url(product, "publish")).status_code == 404

    product.refresh_from_db()
    assert product.status == "draft"


@pytest.mark.parametrize(("move", "machine"), [("withdraw", "product"), ("no-such", "product"), ("publish", "order")])
def test_a_move_that_the_page_does_not_offer_is_not_there(client, editor, move, machine):
    assert client.post(url(draft(), move, machine)).status_code == 404

"""A seller reaches no row of another seller through any part of a page."""

from __future__ import annotations

import json

import pytest

from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.admin.filters import MOST_CHOICES
from backoffice.kernel.tests.admin_pages.catalogue import PAGES, VariantAdmin
from products.models import Product, Variant
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

ALL = [
    f"products.{action}_{model}" for action in ("view", "add", "change", "delete") for model in ("product", "variant")
]
CANARY = "CANARY-7F3A"


class AutocompleteVariantAdmin(VariantAdmin):
    autocomplete_fields = ["product"]
    date_hierarchy = "created_at"


@pytest.fixture(autouse=True)
def pages(admin_pages):
    admin_pages({**PAGES, Variant: AutocompleteVariantAdmin})


@pytest.fixture
def seller(client, grant):
    user = grant(SellerUserFactory(), *ALL)
    client.force_login(user)
    return user


@pytest.fixture
def mine(seller):
    return VariantFactory(product__seller=seller.seller, product__name="My lamp", sku="MINE-1")


@pytest.fixture
def theirs():
    variant = VariantFactory(product__name=CANARY, sku=CANARY, title=CANARY)
    variant.product.seller.store_name = CANARY
    variant.product.seller.save()
    return variant


@pytest.mark.parametrize(
    "address",
    [
        "/admin/products/variant/",
        "/admin/products/variant/?q=CANARY",
        "/admin/products/variant/?_facets=True",
        "/admin/products/variant/?_popup=1&_to_field=id",
        "/admin/products/variant/?created_at__year=2026",
        "/admin/products/product/",
        "/admin/products/product/add/",
        "/admin/products/variant/add/",
        "/admin/products/variant/add/?_popup=1",
    ],
)
def test_lists_filters_and_forms_do_not_show_it(client, mine, theirs, address):
    response = client.get(address)

    assert response.status_code == 200
    assert CANARY not in response.content.decode()


@pytest.mark.parametrize("action", ["change", "delete", "history"])
def test_a_foreign_object_is_not_there(client, mine, theirs, action):
    for model, row in (("variant", theirs), ("product", theirs.product)):
        response = client.get(f"/admin/products/{model}/{row.pk}/{action}/")
        assert response.status_code == 404
        assert CANARY not in response.content.decode()


def test_a_foreign_object_is_neither_changed_nor_deleted_by_a_forged_post(client, mine, theirs):
    client.post(f"/admin/products/variant/{theirs.pk}/change/", {"sku": "HACKED", "product": mine.product_id})
    client.post(f"/admin/products/variant/{theirs.pk}/delete/", {"post": "yes"})
    client.post(
        "/admin/products/variant/", {"action": "delete_selected", "_selected_action": [theirs.pk], "post": "yes"}
    )

    assert Variant.objects.get(pk=theirs.pk).sku == CANARY


def test_autocomplete_offers_only_rows_in_scope(client, mine, theirs):
    query = {"app_label": "products", "model_name": "variant", "field_name": "product", "term": ""}

    found = json.loads(client.get("/admin/autocomplete/", query).content)

    assert [entry["text"] for entry in found["results"]] == ["My lamp"]


def test_a_forged_foreign_key_is_refused(client, mine, theirs):
    data = {"product": theirs.product_id, "sku": "MINE-1", "title": "", "price": "1.00"}

    response = client.post(f"/admin/products/variant/{mine.pk}/change/", data)

    assert response.status_code == 200
    assert response.context["adminform"].form.errors["product"] == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert CANARY not in response.content.decode()
    mine.refresh_from_db()
    assert mine.product.name == "My lamp"


def test_a_forged_inline_row_is_refused(client, mine, theirs):
    product = mine.product
    data = {
        "seller": product.seller_id,
        "tax_class": product.tax_class_id,
        "handle": product.handle,
        "name": "My lamp",
        "variants-TOTAL_FORMS": "1",
        "variants-INITIAL_FORMS": "1",
        "variants-0-id": str(theirs.pk),
        "variants-0-product": str(product.pk),
        "variants-0-sku": "HACKED",
        "variants-0-title": "",
        "variants-0-price": "1.00",
    }

    response = client.post(f"/admin/products/product/{product.pk}/change/", data)

    theirs.refresh_from_db()
    assert (theirs.sku, theirs.product_id != product.pk) == (CANARY, True)
    assert CANARY not in response.content.decode()


def test_a_foreign_owner_cannot_be_chosen(client, mine, theirs):
    product = mine.product
    data = {
        "seller": theirs.product.seller_id,
        "tax_class": product.tax_class_id,
        "handle": product.handle,
        "name": "My lamp",
        "variants-TOTAL_FORMS": "0",
        "variants-INITIAL_FORMS": "0",
    }

    client.post(f"/admin/products/product/{product.pk}/change/", data)

    assert Product.objects.get(pk=product.pk).seller_id == mine.product.seller_id


def test_the_list_answers_no_questions_about_columns_that_it_does_not_show(client, mine, theirs):
    """A shared row's hidden columns could be guessed letter by letter."""
    for lookup in ("product__seller__iban__startswith=D", "price__gt=1", "product__meta_title__contains=x"):
        response = client.get(f"/admin/products/variant/?{lookup}")
        assert response.status_code == 400, lookup


def test_the_house_may_still_filter_by_any_column(client, grant):
    client.force_login(grant(StaffFactory(), *ALL))

    assert client.get("/admin/products/variant/?price__gt=1").status_code == 200


def test_a_deletion_is_told_in_numbers_outside_the_house(client, mine, theirs):
    response = client.get(f"/admin/products/product/{mine.product_id}/delete/")

    assert response.status_code == 200
    assert CANARY not in response.content.decode()


def test_a_filter_with_too_many_choices_offers_only_the_chosen_one(client, grant, monkeypatch):
    client.force_login(grant(StaffFactory(), *ALL))
    monkeypatch.setattr("backoffice.kernel.admin.filters.MOST_CHOICES", 2)
    variants = VariantFactory.create_batch(3)

    plain = client.get("/admin/products/variant/").context["cl"]
    chosen = client.get(f"/admin/products/variant/?product__id__exact={variants[0].product_id}").context["cl"]

    assert MOST_CHOICES == 200
    assert "product" not in [spec.field.name for spec in plain.filter_specs]
    product = variants[0].product
    offered = [spec.lookup_choices for spec in chosen.filter_specs if spec.field.name == "product"]
    assert offered == [[(product.pk, str(product))]]
    assert [row.pk for row in chosen.result_list] == [variants[0].pk]


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_for_one_row_and_for_fifty(client, seller, count, django_assert_num_queries):
    VariantFactory.create_batch(count, product=ProductFactory(seller=seller.seller))

    with django_assert_num_queries(12):
        client.get("/admin/products/variant/")


@pytest.mark.parametrize("count", [1, 50])
def test_the_form_costs_the_same_for_one_child_and_for_fifty(client, seller, count, django_assert_num_queries):
    product = ProductFactory(seller=seller.seller)
    VariantFactory.create_batch(count, product=product)
    client.get(f"/admin/products/product/{product.pk}/change/")  # fills the caches of a new process

    with django_assert_num_queries(14):
        client.get(f"/admin/products/product/{product.pk}/change/")

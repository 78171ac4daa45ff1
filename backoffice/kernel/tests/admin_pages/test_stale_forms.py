"""A form that shows an older version does not overwrite a newer one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.admin_pages.catalogue import PAGES
from products.models import Product
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

EDIT = (
    "products.view_product",
    "products.change_product",
    "products.view_variant",
    "products.add_variant",
    "products.change_variant",
    "products.delete_variant",
)


@pytest.fixture(autouse=True)
def pages(admin_pages):
    admin_pages(PAGES)


@pytest.fixture
def editor(client, grant):
    user = grant(StaffFactory(email="editor@example.com"), *EDIT)
    client.force_login(user)
    return user


def url(product) -> str:
    return f"/admin/products/product/{product.pk}/change/"


def form_of(client, product) -> dict[str, str]:
    """Open the page and return what its form would post."""
    page = client.get(url(product))
    assert page.status_code == 200
    fields = {"_version": page.context["version_token"]}
    form = page.context["adminform"].form
    fields |= {name: form.initial.get(name) or "" for name in form.fields}
    for formset in page.context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        management = formset.formset.management_form
        fields |= {f"{prefix}-{name}": management.initial[name] for name in management.fields}
        for row in formset.formset.initial_forms:
            for name in row.fields:
                if name != "DELETE":
                    value = row.initial.get(name)
                    fields[f"{row.prefix}-{name}"] = row.instance.pk if name == "id" else "" if value is None else value
                    if name == "product":
                        fields[f"{row.prefix}-{name}"] = product.pk
    return fields


def test_a_save_of_the_version_shown_goes_through(client, editor):
    product = ProductFactory(name="Lamp")
    fields = form_of(client, product)

    response = client.post(url(product), {**fields, "name": "Desk lamp"})

    product.refresh_from_db()
    assert (response.status_code, product.name) == (302, "Desk lamp")


def test_of_two_stale_saves_the_second_is_refused_and_shows_what_changed(client, editor):
    # given both open the page
    product = ProductFactory(name="Lamp", handle="lamp")
    mine = form_of(client, product)
    colleague = StaffFactory(email="colleague@example.com")
    with audit(user=colleague):
        product.name = "Reading lamp"
        product.save()
    saved = product.history.count()

    # when
    page = client.post(url(product), {**mine, "handle": "my-lamp"})

    # then nothing is saved
    product.refresh_from_db()
    assert (product.name, product.handle, product.history.count()) == ("Reading lamp", "lamp", saved)
    # the page says what, by whom
    text = page.content.decode()
    assert "Somebody saved this page after you opened it. Nothing of yours was saved yet." in text
    assert "colleague@example.com: product changed" in text
    assert "Name: Lamp → Reading lamp" in text
    # and the inputs are still there
    assert page.context["adminform"].form["handle"].value() == "my-lamp"


def test_a_refused_form_is_refused_again_unless_one_says_so(client, editor):
    product = ProductFactory(name="Lamp", handle="lamp")
    mine = {**form_of(client, product), "handle": "my-lamp"}
    product.name = "Reading lamp"
    product.save()
    refused = client.post(url(product), mine)

    again = client.post(url(product), mine)
    said_so = client.post(url(product), {**mine, "_version_seen": refused.context["version_seen"]})

    assert (again.status_code, said_so.status_code) == (200, 302)
    product.refresh_from_db()
    assert (product.name, product.handle) == ("Lamp", "my-lamp")


def test_a_third_change_after_the_refusal_is_refused_too(client, editor):
    product = ProductFactory(name="Lamp")
    mine = form_of(client, product)
    product.name = "Second"
    product.save()
    refused = client.post(url(product), mine)
    product.name = "Third"
    product.save()

    response = client.post(url(product), {**mine, "_version_seen": refused.context["version_seen"]})

    product.refresh_from_db()
    assert (response.status_code, product.name) == (200, "Third")


@pytest.mark.parametrize("what", ["change", "add", "delete"])
def test_a_change_of_the_inline_rows_counts(client, editor, what):
    product = ProductFactory(name="Lamp")
    variant = VariantFactory(product=product, sku="A-1", price=Decimal("10.00"))
    mine = form_of(client, product)
    if what == "change":
        variant.price = Decimal("11.00")
        variant.save()
    elif what == "add":
        VariantFactory(product=product, sku="A-2")
    else:
        variant.delete()

    page = client.post(url(product), {**mine, "name": "Mine"})

    product.refresh_from_db()
    assert (page.status_code, product.name) == (200, "Lamp")
    told = {"change": "Price: 10.00 → 11.00", "add": "variant A-2 created", "delete": "variant A-1 deleted"}[what]
    assert told in page.content.decode()


def test_a_change_of_another_object_does_not_count(client, editor):
    product, other = ProductFactory(), VariantFactory()
    mine = form_of(client, product)
    other.price = Decimal("1.00")
    other.save()

    assert client.post(url(product), {**mine, "name": "Mine"}).status_code == 302


def test_a_forged_or_foreign_version_is_refused(client, editor):
    product, other = ProductFactory(name="Lamp"), ProductFactory()
    mine, theirs = form_of(client, product), form_of(client, other)

    for token in ("nonsense", theirs["_version"]):
        page = client.post(url(product), {**mine, "name": "Mine", "_version": token})
        assert page.status_code == 200

    assert Product.objects.get(pk=product.pk).name == "Lamp"


def test_fields_beyond_the_role_are_not_read_from_the_post(client, editor):
    # given a person who may edit, but neither publish nor set the brand
    product = ProductFactory(status="draft", brand="Lumo", name="Lamp")
    mine = form_of(client, product)
    forged = {"status": "active", "brand": "Forged", "updated_at": "2001-01-01", "id": "99", "meta_title": "Forged"}

    response = client.post(url(product), {**mine, **forged, "name": "Desk lamp"})

    assert response.status_code == 302
    product = Product.objects.get(pk=product.pk)
    assert (product.name, product.status, product.brand, product.meta_title) == ("Desk lamp", "draft", "Lumo", "")


def test_a_field_with_a_permission_of_its_own_is_editable_with_it(client, editor, grant):
    grant(editor, "products.publish_product")
    product = ProductFactory(brand="Lumo")

    response = client.post(url(product), {**form_of(client, product), "brand": "Other"})

    product.refresh_from_db()
    assert (response.status_code, product.brand) == (302, "Other")


def test_a_reader_cannot_save(client, grant):
    client.force_login(grant(StaffFactory(), "products.view_product"))
    product = ProductFactory(name="Lamp")

    response = client.post(url(product), {"name": "Mine"})

    product.refresh_from_db()
    assert (response.status_code, product.name) == (403, "Lamp")

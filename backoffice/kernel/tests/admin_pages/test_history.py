"""The history pages: one stream, in words, only for those who may read it, and never writing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.admin_pages.catalogue import PAGES
from backoffice.kernel.tests.jobs_made import job_at_work
from products.models import Product, Variant
from products.tests.factories import ProductFactory, TaxClassFactory, VariantFactory

pytestmark = pytest.mark.django_db

READ = ("products.view_product", "products.view_variant", "kernel.view_job")


@pytest.fixture(autouse=True)
def pages(admin_pages):
    admin_pages(PAGES)


@pytest.fixture
def reader(client, grant):
    user = grant(StaffFactory(email="reader@example.com"), *READ)
    client.force_login(user)
    return user


def timeline(product) -> str:
    return f"/admin/products/product/{product.pk}/history/"


def events(response):
    return response.context["page"].events


def test_the_timeline_tells_who_when_why_and_from_what_to_what(client, reader):
    # given
    product = ProductFactory(name="Lamp", brand="")
    editor = StaffFactory(email="editor@example.com", first_name="Eve", last_name="Editor")
    with audit(user=editor, reason="Supplier renamed it"):
        product.name, product.brand = "Desk lamp", "Lumo"
        product.save()

    # when
    page = client.get(timeline(product))

    # then
    newest = events(page)[0]
    assert (newest.kind, newest.who, newest.reason) == ("~", "editor@example.com", "Supplier renamed it")
    assert newest.at == product.history.first().history_date
    assert [(change.label, change.old, change.new) for change in newest.changes] == [
        ("name", "Lamp", "Desk lamp"),
        ("brand", "–", "Lumo"),
    ]
    text = page.content.decode()
    assert "<del>Lamp</del>" in text
    assert "<ins>Desk lamp</ins>" in text


def test_choices_and_related_rows_are_named_not_numbered(client, reader):
    product = ProductFactory(status="draft", tax_class=TaxClassFactory(code="standard", name="Standard"))
    product.status = "active"
    product.tax_class = TaxClassFactory(code="reduced", name="Reduced")
    product.save()

    newest = events(client.get(timeline(product)))[0]

    assert [(change.label, change.old, change.new) for change in newest.changes] == [
        ("tax class", "Standard", "Reduced"),
        ("status", "Draft", "Active"),
    ]


def test_children_are_in_the_same_stream_newest_first(client, reader):
    product = ProductFactory()
    variant = VariantFactory(product=product, sku="A-1", price=Decimal("10.00"))
    variant.price = Decimal("12.00")
    variant.save()
    gone = VariantFactory(product=product, sku="B-2")
    gone.delete()

    found = events(client.get(timeline(product)))

    assert [(event.kind, event.model, event.what) for event in found] == [
        ("-", Variant, "B-2"),
        ("+", Variant, "B-2"),
        ("~", Variant, "A-1"),
        ("+", Variant, "A-1"),
        ("+", Product, product.name),
    ]
    assert [(change.label, change.old, change.new) for change in found[2].changes] == [("price", "10.00", "12.00")]


def test_an_event_links_to_the_job_that_did_it(client, reader):
    product = ProductFactory()
    with job_at_work("Upload of lamps", owner=reader) as job:
        product.name = "Lamp"
        product.save()

    page = client.get(timeline(product))

    assert events(page)[0].job == job
    assert f'href="/admin/kernel/job/{job.pk}/change/"' in page.content.decode()


def test_a_job_that_the_reader_may_not_open_is_not_named(client, reader):
    product = ProductFactory()
    with job_at_work("Secret work", owner=StaffFactory()) as job:
        product.name = "Lamp"
        product.save()

    page = client.get(timeline(product))

    assert events(page)[0].job is None
    assert f"/admin/kernel/job/{job.pk}/" not in page.content.decode()


def test_the_stream_is_paginated(client, reader, monkeypatch):
    from backoffice.kernel.admin import history_pages

    monkeypatch.setattr(history_pages, "PER_PAGE", 3)
    product = ProductFactory()
    for number in range(4):
        product.name = f"Name {number}"
        product.save()

    first, last = client.get(timeline(product)), client.get(timeline(product), {"p": 2})

    assert [event.changes[0].new for event in events(first)] == ["Name 3", "Name 2", "Name 1"]
    assert [event.kind for event in events(last)] == ["~", "+"]
    assert (first.context["page"].pages, first.context["page"].total) == (2, 5)


@pytest.mark.parametrize("rows", [1, 50])
def test_the_number_of_queries_does_not_grow(client, reader, rows, django_assert_num_queries):
    product = ProductFactory()
    for number in range(rows):
        variant = VariantFactory(product=product)
        variant.price = Decimal(number + 1)
        variant.save()
        product.seller = ProductFactory().seller
        product.save()

    with django_assert_num_queries(21):
        client.get(timeline(product))


def test_one_save_is_shown_as_one_group(client, reader):
    with time_machine.travel("2026-03-01 10:00:00+00:00", tick=False) as clock:
        product = ProductFactory()
        clock.shift(3600)
        with audit(user=reader, reason="New price"):
            VariantFactory(product=product)
            product.save()

    groups = [group for group, _upload in client.get(timeline(product)).context["groups"]]

    assert [len(group) for group in groups] == [2, 1]


# Scope and permission -----------------------------------------------------------------------------


def test_a_foreign_object_has_no_history(client, grant):
    client.force_login(grant(SellerUserFactory(), *READ))
    product = ProductFactory(name="CANARY")
    version = product.history.first().history_id

    for url in (timeline(product), f"{timeline(product)}{version}/", f"{timeline(product)}as-of/"):
        response = client.get(url)
        assert response.status_code == 404
        assert "CANARY" not in response.content.decode()


def test_without_view_permission_the_history_is_closed(client, grant):
    client.force_login(grant(StaffFactory(), "products.view_variant"))
    product = ProductFactory()

    assert client.get(timeline(product)).status_code == 403


def test_children_that_the_reader_may_not_view_are_left_out(client, grant):
    client.force_login(grant(StaffFactory(), "products.view_product"))
    product = VariantFactory().product

    assert {event.model for event in events(client.get(timeline(product)))} == {Product}


def test_a_seller_is_not_told_names_out_of_scope(client, grant):
    # given a product that belonged to somebody else once
    seller = grant(SellerUserFactory(), *READ)
    client.force_login(seller)
    other = ProductFactory().seller
    product = ProductFactory(seller=other)
    clerk = StaffFactory(email="clerk@example.com")
    with audit(user=clerk, reason="CANARY reason"):
        product.seller = seller.seller
        product.save()

    # when
    page = client.get(timeline(product))

    # then
    newest = events(page)[0]
    assert newest.who == "The shop"
    assert newest.reason == ""
    assert [(change.old, change.new) for change in newest.changes] == [("(not shown)", str(seller.seller))]
    text = page.content.decode()
    for hidden in (other.store_name, "clerk@example.com", "CANARY reason"):
        assert hidden not in text


def test_a_seller_reads_only_the_fields_of_the_page(client, grant):
    seller = grant(SellerUserFactory(), *READ)
    client.force_login(seller)
    product = ProductFactory(seller=seller.seller)
    product.meta_title = "CANARY"
    product.save()

    page = client.get(timeline(product))

    assert events(page)[0].changes == []
    assert "CANARY" not in page.content.decode()


# Deleted objects ----------------------------------------------------------------------------------


def test_the_house_reads_the_history_of_a_deleted_object(client, reader):
    product = ProductFactory(name="Gone lamp")
    key = product.pk
    product.delete()

    page = client.get(f"/admin/products/product/{key}/history/")

    assert page.status_code == 200
    assert [event.kind for event in events(page)] == ["-", "+"]
    assert page.context["is_deleted"] is True


def test_a_seller_finds_no_deleted_object_not_even_an_own_one(client, grant):
    seller = grant(SellerUserFactory(), *READ)
    client.force_login(seller)
    product = ProductFactory(seller=seller.seller)
    key = product.pk
    product.delete()

    assert client.get(f"/admin/products/product/{key}/history/").status_code == 404


def test_an_object_that_never_was_is_not_there(client, reader):
    assert client.get("/admin/products/product/4711/history/").status_code == 404
    assert client.get("/admin/products/product/x/history/").status_code == 404


# Versions and moments -----------------------------------------------------------------------------


def test_a_version_shows_all_fields_and_what_it_changed(client, reader):
    product = ProductFactory(name="Lamp")
    product.name = "Desk lamp"
    product.save()
    first, second = product.history.order_by("history_id")

    page = client.get(f"{timeline(product)}{second.history_id}/")

    assert ("name", "Desk lamp") in page.context["described"].fields
    assert [(change.old, change.new) for change in page.context["event"].changes] == [("Lamp", "Desk lamp")]
    assert (page.context["earlier"], page.context["later"]) == (first, None)


def test_a_version_of_another_object_is_not_there(client, reader):
    product, other = ProductFactory(), ProductFactory()

    assert client.get(f"{timeline(product)}{other.history.first().history_id}/").status_code == 404


def test_a_post_to_a_history_page_is_refused_and_writes_nothing(client, grant):
    client.force_login(grant(StaffFactory(), *READ, "products.change_product", "products.delete_product"))
    product = ProductFactory(name="Lamp")
    product.name = "Desk lamp"
    product.save()
    first = product.history.order_by("history_id").first()
    data = {"name": "Lamp", "handle": product.handle, "_change_history": "1"}

    for url in (timeline(product), f"{timeline(product)}{first.history_id}/", f"{timeline(product)}as-of/"):
        assert client.post(url, data).status_code == 405

    product.refresh_from_db()
    assert product.name == "Desk lamp"
    assert product.history.count() == 2


def test_as_of_shows_the_object_and_its_children_at_a_moment(client, reader):
    start = timezone.now().replace(microsecond=0) - timedelta(days=10)
    with time_machine.travel(start, tick=False) as clock:
        product = ProductFactory(name="Lamp")
        variant = VariantFactory(product=product, sku="A-1", price=Decimal("10.00"))
        gone = VariantFactory(product=product, sku="B-2")
        clock.shift(86400)
        product.name = "Desk lamp"
        product.save()
        variant.price = Decimal("15.00")
        variant.save()
        gone.delete()
    url = f"{timeline(product)}as-of/"

    before = client.get(url, {"at": (start + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")})
    after = client.get(url, {"at": (start + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")})
    never = client.get(url, {"at": "2001-01-01T00:00"})

    assert dict(before.context["own"][0].fields)["name"] == "Lamp"
    assert [(entry.what, dict(entry.fields)["price"]) for entry in before.context["children"][0][1]] == [
        ("A-1", "10.00"),
        ("B-2", "10.00"),
    ]
    assert dict(after.context["own"][0].fields)["name"] == "Desk lamp"
    assert [(entry.what, dict(entry.fields)["price"]) for entry in after.context["children"][0][1]] == [
        ("A-1", "15.00")
    ]
    assert "It did not exist then." in never.content.decode()


def test_a_model_without_history_has_no_history_page(client, grant):
    client.force_login(grant(StaffFactory(is_superuser=True)))
    with job_at_work() as job:
        pass

    assert client.get(f"/admin/kernel/job/{job.pk}/history/").status_code == 404

"""No page of the catalogue asks the database more often because it shows more rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Category, MovementReason, Product, TaxRate, Variant
from products.services.categories import category_create
from products.services.images import image_add
from products.services.stock import StockMove, stock_move
from products.services.variants import attribute_named, attribute_value, variant_save
from products.tests.factories import LocationFactory, ProductFactory, TaxClassFactory, TaxRateFactory
from products.tests.pictures import picture

pytestmark = pytest.mark.django_db

# What each page costs; a test that fails prints the new figure.
SNAPSHOT = Path(__file__).with_name("query_counts.json")
MANY = 50


def make_products(count: int) -> None:
    category = category_create(category=Category(name="Kitchen"))
    place = LocationFactory()
    for number in range(count):
        product = ProductFactory(category=category)
        variant = variant_save(
            variant=Variant(product=product, sku=f"S-{number}", price="9.90", cost="4.00"), options=[("Colour", "Red")]
        )
        move = StockMove(variant_id=variant.pk, location_id=place.pk, quantity=3)
        stock_move(moves=[move], reason=MovementReason.OPENING)
        image_add(product=product, content=picture(), name="a.png")


def make_categories(count: int) -> None:
    parent = category_create(category=Category(name="Root"))
    for number in range(count):
        child = category_create(category=Category(name=f"Child {number}"), parent=parent)
        ProductFactory(category=child)


def make_attributes(count: int) -> None:
    for number in range(count):
        attribute_value(attribute_named(f"Attribute {number}"), "one")


def make_one_product(count: int) -> None:
    product = ProductFactory()
    place = LocationFactory()
    for number in range(count):
        variant = variant_save(
            variant=Variant(product=product, sku=f"S-{number}", price="9.90"), options=[("Size", str(number))]
        )
        move = StockMove(variant_id=variant.pk, location_id=place.pk, quantity=3)
        stock_move(moves=[move], reason=MovementReason.OPENING)
        image_add(product=product, content=picture(f"#{number:02}{number:02}44"), name="a.png")


def make_one_variant(count: int) -> None:
    product = ProductFactory()
    variant = variant_save(variant=Variant(product=product, sku="S", price="9.90"), options=[("Size", "M")])
    for _ in range(count):
        move = StockMove(variant_id=variant.pk, location_id=LocationFactory().pk, quantity=3)
        stock_move(moves=[move], reason=MovementReason.RECEIPT)


def make_rates(count: int) -> None:
    for year in range(count):
        TaxRateFactory(valid_from=f"{1950 + year}-01-01")
    assert TaxRate.objects.count() == count


def make_used_values(count: int) -> None:
    product = ProductFactory()
    for number in range(count):
        variant = Variant(product=product, sku=f"S-{number}", price="9.90")
        variant_save(variant=variant, options=[("Colour", str(number))])


PAGES: dict[str, tuple[Callable[[int], None], Callable[[], str]]] = {
    "product list": (make_products, lambda: "product/"),
    "product search": (make_products, lambda: "product/?q=S-"),
    "product list by stock": (make_products, lambda: "product/?stock=ok"),
    "product list by category": (make_products, lambda: f"product/?category={Category.objects.get().pk}"),
    "variant list": (make_products, lambda: "variant/"),
    "stock list": (make_products, lambda: "stock/"),
    "movement list": (make_products, lambda: "stockmovement/"),
    "category list": (make_categories, lambda: "category/"),
    "attribute list": (make_attributes, lambda: "attribute/"),
    "tax class list": (
        lambda count: [TaxClassFactory(code=f"c{n}") for n in range(count)] and None,
        lambda: "taxclass/",
    ),
    "location list": (
        lambda count: [LocationFactory(code=f"c{n}") for n in range(count)] and None,
        lambda: "location/",
    ),
    "product page": (make_one_product, lambda: f"product/{Product.objects.get().pk}/change/"),
    "variant page": (make_one_variant, lambda: f"variant/{Variant.objects.get().pk}/change/"),
    "stock of a variant": (make_one_variant, lambda: f"variant/{Variant.objects.get().pk}/stock/"),
    "stock page": (make_one_variant, lambda: f"stock/{Variant.objects.get().stocks.get().pk}/change/"),
    "tax class page": (make_rates, lambda: f"taxclass/{TaxRate.objects.first().tax_class_id}/change/"),
    "attribute page": (make_used_values, lambda: f"attribute/{attribute_named('Colour').pk}/change/"),
}


@pytest.mark.parametrize("role", ["Administrator", "Seller"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_the_same_for_one_row_and_for_many(client, entered, page, role, monkeypatch):
    make, url = PAGES[page]
    counts = {}
    for count in (1, MANY):
        user = entered(role)
        with savepoint():
            make(count)
            if user.seller_id:
                Product.objects.update(seller=user.seller_id)
            counts[count] = queries(client, f"/admin/products/{url()}")

    assert counts[MANY] == counts[1]
    recorded = json.loads(SNAPSHOT.read_text())
    name = f"{page}, {role}"
    assert recorded.get(name) == counts[1], f'"{name}": {counts[1]}'


def savepoint():
    """Take back what was made inside."""
    from contextlib import contextmanager

    from django.db import transaction

    @contextmanager
    def back():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return back()


def queries(client, url: str) -> int:
    client.get(url)  # what is asked once per process
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as found:
        response = client.get(url)
    assert response.status_code == 200
    return len([query for query in found if "SAVEPOINT" not in query["sql"]])

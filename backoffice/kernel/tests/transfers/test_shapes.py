"""Every sample file lands as the same three articles, whoever exported it."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, errors, planned
from products.models import Variant

pytestmark = pytest.mark.django_db

SAMPLES = Path(settings.BASE_DIR) / "data" / "samples"
PRICES = {"MUG-BLUE": Decimal("9.90"), "MUG-RED": Decimal("10.90"), "CHAIR-1": Decimal("129.00")}
STOCK = {"MUG-BLUE": 40, "MUG-RED": 25, "CHAIR-1": 6}
TITLES = {"MUG-BLUE": "Blue", "MUG-RED": "Red", "CHAIR-1": ""}

# Exports that say which products are for sale; in all of them the mug is.
TELLING_STATUS = {
    "products", "shopify", "shopify_url_handle", "spree", "woocommerce", "magento2", "bagisto", "prestashop",
}  # fmt: skip

# What each export can tell: file → (shape, counts, has families of variants, category of the mug).
EXPECTED = {
    "products": ("", {"created": 3}, True, "Kitchen > Mugs"),
    "shopify": ("shopify", {"created": 3, "skipped": 1}, True, "Mugs"),
    "shopify_url_handle": ("shopify_url_handle", {"created": 3, "skipped": 1}, True, "Mugs"),
    "spree": ("spree", {"created": 4, "skipped": 1}, True, "Kitchen > Mugs"),
    "woocommerce": ("woocommerce", {"created": 4, "skipped": 1}, True, "Kitchen > Mugs"),
    "magento2": ("magento", {"created": 4, "skipped": 1}, True, "Kitchen > Mugs"),
    "bagisto": ("bagisto", {"created": 4, "failed": 1, "skipped": 2}, True, "Kitchen > Mugs"),
    "vendure": ("vendure", {"created": 3}, True, "Mugs"),
    "square": ("square", {"created": 3}, True, "Mugs"),
    "prestashop": ("prestashop", {"created": 3}, False, "Kitchen"),
    "odoo": ("odoo", {"created": 3}, True, "Kitchen > Mugs"),
    "oscar": ("oscar", {"created": 3}, False, "Kitchen > Mugs"),
    "oscar_semicolon": ("oscar_semicolon", {"created": 3}, False, "Kitchen > Mugs"),
}


def test_there_is_an_expectation_for_every_sample():
    assert {path.stem for path in SAMPLES.glob("*.csv")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_sample_lands_and_changes_nothing_the_second_time(shop, name):
    shape, expected, families, category = EXPECTED[name]
    content = (SAMPLES / f"{name}.csv").read_bytes()

    upload = applied(content, name=f"{name}.csv", on_error="skip")

    assert upload.mapping["shape"] == shape
    found = counts(upload)
    assert found.pop("rows") == sum(expected.values())
    assert found == expected, errors(upload)
    assert dict(Variant.objects.values_list("sku", "price")) == PRICES
    mug = Variant.objects.get(sku="MUG-BLUE").product
    assert (mug.category.full_name, mug.variants.count()) == (category, 2 if families else 1)
    assert mug.brand in {"", "Nordlicht"}
    assert mug.status == ("active" if name in TELLING_STATUS else "draft")
    if families:
        assert mug.handle == ("mug" if name == "woocommerce" else "enamel-mug")  # its file gives none
        titles = dict(Variant.objects.values_list("sku", "title"))
        assert {sku: title.capitalize() for sku, title in titles.items()} == TITLES
    stock = dict(Variant.objects.filter(stocks__isnull=False).values_list("sku", "stocks__on_hand"))
    assert stock == ({} if name == "square" else STOCK)

    again = applied(content, name=f"{name}.csv", on_error="skip")
    unchanged = counts(again)
    assert unchanged.get("created", 0) == unchanged.get("updated", 0) == 0, errors(again)
    assert unchanged["unchanged"] == expected["created"]


def test_rows_that_are_left_out_say_why(shop):
    upload = planned((SAMPLES / "bagisto.csv").read_bytes(), on_error="skip")

    said = {number: found[0][2] for number, found in errors(upload).items()}
    assert said == {
        3: "Texts in “de” are not kept; row 2 describes the product.",
        7: "Bundles of products are not sold here.",
        8: "“mystery” is no type of product that is known.",
    }
    assert actions(upload)[8] == "error"


def test_a_price_in_the_shops_currency_wins_over_another(shop):
    upload = applied((SAMPLES / "spree.csv").read_bytes())

    assert Variant.objects.get(sku="CHAIR-1").price == Decimal("129.00")
    assert errors(upload)[6] == [["", "", "Its price, in EUR, is used in row 5."]]


def test_every_unmapped_column_is_named(shop):
    upload = planned((SAMPLES / "shopify.csv").read_bytes())

    assert upload.unmapped_columns == [
        "Variant Inventory Tracker", "Variant Inventory Policy", "Variant Fulfillment Service",
        "Variant Requires Shipping", "Variant Taxable", "Gift Card", "Variant Weight Unit",
    ]  # fmt: skip

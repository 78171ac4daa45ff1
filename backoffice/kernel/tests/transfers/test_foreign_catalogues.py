"""Every catalogue file of other systems through the command: exact counts, reasons, and nothing the second time."""

from __future__ import annotations

import json
from collections import Counter

import orjson
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from backoffice.kernel.transfers.models import RowAction, Upload
from products.models import Product, ProductImage, Variant

pytestmark = [pytest.mark.django_db, pytest.mark.foreign]

_COUNTS = ("rows", "created", "updated", "unchanged", "failed", "skipped")
_NO_PRICE = "A new product needs a price."

# File → (shape, counts, products and variants in the database, reason, up to a row's number → rows).
FILES = {
    "bagisto_products-directory-images.csv": ("bagisto", {"rows": 2, "created": 2}, (2, 2), {}),
    "bagisto_products-with-errors.csv": (
        "bagisto",
        {"rows": 2, "created": 1, "failed": 1},
        (1, 1),
        {"“not-a-product-type” is no type of product that is known.": 1},
    ),
    "bagisto_products.csv": (
        "bagisto",
        {"rows": 26, "created": 9, "skipped": 17},
        (5, 8),
        {
            "Bookings are not sold here.": 15,
            "Bundles of products are not sold here.": 1,
            "Groups of products are not products of their own here.": 1,
        },
    ),
    "die_books-ISO-8859-1.csv": ("", {"rows": 1, "failed": 1}, (0, 0), {_NO_PRICE: 1}),
    "die_books-mac.csv": ("", {"rows": 1, "failed": 1}, (0, 0), {_NO_PRICE: 1}),
    "oscar_books-small-semicolon.csv": (
        "oscar_semicolon",
        {"rows": 10, "created": 9, "failed": 1},
        (9, 9),
        {"A new variant needs a price.": 1},
    ),
    "oscar_books.computers-in-fiction.csv": ("oscar", {"rows": 86, "created": 86}, (86, 86), {}),
    "shopify_packt_product-data.csv": ("shopify", {"rows": 21, "created": 21}, (20, 21), {}),
    "spree_products.csv": (
        "spree",
        {"rows": 211, "created": 124, "skipped": 87},
        (37, 87),
        {"Its price, in EUR, is used in ": 87},
    ),
    "spree_products_import_fixture.csv": ("spree", {"rows": 17, "created": 17}, (2, 15), {}),
}
CUSTOMERS = {"bagisto_customers.csv", "spree_customers.csv"}


def test_every_file_is_expected(foreign_data):
    found = {path.name for path in (foreign_data / "catalogues").glob("*.csv")}
    assert found == set(FILES) | CUSTOMERS


def asked(capsys, path, *more):
    capsys.readouterr()
    call_command("import_file", "products", str(path), "--json", "--on-error", "skip", *more)
    report = json.loads(capsys.readouterr().out)
    assert report["rows"] == sum(report[name] for name in _COUNTS[1:])
    return report


def told(report):
    """Return reason, up to the number of a row → how many rows say so."""
    rows = Upload.objects.get(pk=report["id"]).staged.filter(action__in=[RowAction.ERROR, RowAction.SKIPPED])
    return Counter(orjson.loads(text)[0][2].split("row ")[0] for text in rows.values_list("errors", flat=True))


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_lands_as_previewed_and_once(shop, foreign_data, capsys, name):
    shape, expected, in_database, reasons = FILES[name]
    path = foreign_data / "catalogues" / name

    preview = asked(capsys, path)
    applied = asked(capsys, path, "--apply")
    again = asked(capsys, path, "--apply")

    assert (preview["mapping"]["shape"], preview["applied"], applied["applied"]) == (shape, False, True)
    for report in (preview, applied):
        assert {key: report[key] for key in _COUNTS if report[key]} == expected
    assert (Product.objects.count(), Variant.objects.count(), ProductImage.objects.count()) == (*in_database, 0)
    assert told(applied) == reasons
    left = {key: expected[key] for key in ("failed", "skipped") if key in expected}
    new = {"unchanged": expected["created"]} if "created" in expected else {}
    assert {key: again[key] for key in _COUNTS if again[key]} == {"rows": expected["rows"], **new, **left}


@pytest.mark.parametrize("name", sorted(CUSTOMERS))
def test_a_file_of_customers_is_no_file_of_products(shop, foreign_data, name):
    path = foreign_data / "catalogues" / name

    with pytest.raises(
        CommandError, match="No column of the file is known to hold the SKU, Handle or Name of products"
    ):
        call_command("import_file", "products", str(path), "--json")

    assert Product.objects.count() == 0

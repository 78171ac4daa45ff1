"""A file changes what it names, keeps what it leaves blank, and says before what it will do."""

from decimal import Decimal

import pytest

from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from products.models import Product, Stock, StockMovement, Variant, VariantOption

pytestmark = pytest.mark.django_db

START = """
    handle,sku,name,brand,category,option1_name,option1_value,price,compare_at_price,weight_grams,stock
    mug,M-1,Mug,Nord,Home,Colour,Red,10,12,300,5
    mug,M-2,,,,Colour,Blue,11,,310,6
    cup,C-1,Cup,Ost,Home,,,3,,,
"""


@pytest.fixture
def catalogue(shop, main):
    applied(START)


def test_only_what_differs_is_planned_and_written(catalogue):
    upload = applied("sku,name,price,brand\nM-1,Mug,10.00,Nord\nM-2,Mug,9.5,Nord\nC-1,Tea cup,3,Ost\n")

    assert counts(upload) == {"rows": 3, "updated": 2, "unchanged": 1}
    assert diffs(upload) == {3: {"price": ["11.00", "9.50"]}, 4: {"name": ["Cup", "Tea cup"]}}
    assert Variant.objects.get(sku="M-2").price == Decimal("9.50")
    assert Product.objects.get(handle="cup").name == "Tea cup"
    assert Variant.history.filter(history_job=upload.apply_job).values_list("sku", "history_type").get() == ("M-2", "~")
    assert Product.history.filter(history_job=upload.apply_job).values_list("name", "history_type").get() == (
        "Tea cup",
        "~",
    )


def test_a_blank_keeps_and_the_token_clears(catalogue):
    upload = applied("sku,price,compare_at_price,weight_grams,category\nM-1,,[clear],[clear],[clear]\nC-1,4,,,\n")

    assert diffs(upload) == {
        2: {"compare_at_price": ["12.00", None], "weight_grams": [300, None], "category": ["Home", None]},
        3: {"price": ["3.00", "4.00"]},
    }
    mug = Variant.objects.get(sku="M-1")
    assert (mug.price, mug.compare_at_price, mug.weight_grams) == (Decimal("10.00"), None, None)
    assert mug.product.category is None


def test_what_is_needed_cannot_be_cleared(catalogue):
    upload = planned("sku,price,name\nM-1,[clear],[clear]\n")

    assert sorted(errors(upload)[2]) == [
        ["name", "", "This cannot be empty."],
        ["price", "", "This cannot be empty."],
    ]


def test_a_place_cannot_be_cleared(catalogue):
    upload = planned("sku,stock,location\nM-1,3,[clear]\n")

    assert errors(upload) == {2: [["location", "", "This cannot be empty."]]}


def test_modes_leave_out_what_they_do_not_do(catalogue):
    text = "sku,name,price\nM-1,Mug,1\nN-1,New,2\n"

    create, update = planned(text, mode="create"), planned(text, mode="update")

    assert actions(create) == {2: "skipped", 3: "create"}
    assert errors(create)[2] == [["", "", "This exists, and the upload only creates."]]
    assert actions(update) == {2: "update", 3: "skipped"}
    assert errors(update)[3] == [["", "", "This is new, and the upload only updates."]]


def test_a_new_variant_joins_its_product_and_may_change_it(catalogue):
    upload = applied("handle,sku,name,option1_name,option1_value,price\nmug,M-3,Big mug,Colour,Green,12\n")

    assert counts(upload) == {"rows": 1, "created": 1}
    assert Product.objects.get(handle="mug").name == "Big mug"
    assert Variant.objects.get(sku="M-3").title == "Green"


def test_option_values_change_with_the_title(catalogue):
    upload = applied("sku,option1_name,option1_value\nM-1,Colour,Yellow\nM-2,colour,BLUE\n")

    assert counts(upload) == {"rows": 2, "updated": 1, "unchanged": 1}
    assert diffs(upload) == {2: {"option1_value": ["Red", "Yellow"], "variant_title": ["Red", "Yellow"]}}
    option = VariantOption.objects.get(variant__sku="M-1")
    assert (option.attribute.name, option.value.value, option.variant.title) == ("Colour", "Yellow", "Yellow")


def test_stock_is_set_through_the_ledger(catalogue):
    upload = applied("sku,stock\nM-1,2\nM-2,6\nC-1,9\n")

    assert counts(upload) == {"rows": 3, "updated": 2, "unchanged": 1}
    assert dict(Stock.objects.values_list("variant__sku", "on_hand")) == {"M-1": 2, "M-2": 6, "C-1": 9}
    movements = StockMovement.objects.filter(job=upload.apply_job).order_by("pk")
    assert list(movements.values_list("stock__variant__sku", "quantity", "reason")) == [
        ("C-1", 9, "opening"),
        ("M-1", -3, "upload"),
    ]


def test_stock_cannot_fall_below_what_is_promised(catalogue):
    Stock.objects.filter(variant__sku="M-1").update(allocated=4)

    upload = planned("sku,stock\nM-1,3\nM-2,6\n")

    assert errors(upload) == {2: [["stock", "3", "4 pieces are promised to orders; the stock cannot fall below that."]]}


def test_warnings_name_what_is_seldom_meant(catalogue):
    upload = planned("sku,price,stock\nM-1,4.99,0\nM-2,23,6\nC-1,0,0\n")

    assert sorted(upload.warnings) == [
        "1 SKU goes to zero: M-1",
        "1 price falls by more than half: M-1",
        "1 price falls to zero: C-1",
        "1 price more than doubles: M-2",
    ]


def test_a_status_changes_only_as_its_machine_allows(catalogue):
    Product.objects.filter(handle="cup").update(status="archived")

    upload = planned("sku,status\nM-1,active\nC-1,draft\n")

    assert actions(upload) == {2: "update", 3: "error"}
    assert errors(upload)[3] == [["status", "draft", "A product that is archived cannot become draft."]]


def test_a_handle_can_be_changed_but_not_taken(catalogue):
    changed = applied("sku,handle\nC-1,tea-cup\n")
    taken = planned("sku,handle\nM-1,tea-cup\nM-2,tea-cup\n")

    assert diffs(changed) == {2: {"handle": ["cup", "tea-cup"]}}
    message = "This SKU belongs to the product “mug”, not to “tea-cup”."
    assert errors(taken) == {2: [["handle", "tea-cup", message]], 3: [["handle", "tea-cup", message]]}


def test_rows_of_one_product_must_agree(catalogue):
    upload = planned("handle,sku,name\nmug,M-1,Mug A\nmug,M-2,Mug B\n")

    assert errors(upload) == {3: [["name", "Mug B", "Row 2 says something else about the same product."]]}
    assert diffs(upload) == {2: {"name": ["Mug", "Mug A"]}}


def test_a_fixed_value_stands_for_a_missing_column(catalogue):
    upload = applied("sku\nM-1\nC-1\n", defaults={"brand": "Süd"})

    assert diffs(upload) == {2: {"brand": ["Nord", "Süd"]}, 3: {"brand": ["Ost", "Süd"]}}
    assert set(Product.objects.values_list("brand", flat=True)) == {"Süd"}

"""A file becomes products, variants, option values, categories and stock."""

from decimal import Decimal

import pytest

from accounts.tests.factories import SellerFactory
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.transfers.uploading import applied, counts, diffs, errors, planned
from products.models import Attribute, Category, Product, Stock, StockMovement, Variant, VariantOption
from products.tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

SHIRTS = """
    handle,sku,name,status,category,brand,option1_name,option1_value,option2_name,option2_value,price,cost,stock
    shirt,SH-R-M,Shirt,active,Clothes > Shirts,Nord,Colour,Red,Size,M,"1,299.00",5.5,7
    shirt,SH-R-L,,,,,,Red,,L,12,,0
    shirt,SH-B-M,Shirt,active,Clothes > Shirts,Nord,Colour,Blue,Size,M,12.50,5,3
    mug,007,Mug,draft,Clothes,,,,,,4.99,,
"""


def test_a_file_lands_with_everything_in_it(shop, main):
    upload = applied(SHIRTS)

    assert counts(upload) == {"rows": 4, "created": 4}
    shirt = Product.objects.get(handle="shirt")
    assert (shirt.name, shirt.status, shirt.brand, shirt.seller) == ("Shirt", "active", "Nord", shop)
    assert shirt.category.full_name == "Clothes > Shirts"
    assert shirt.tax_class.code == "standard"
    assert list(shirt.variants.order_by("pk").values_list("sku", "title", "price", "cost")) == [
        ("SH-R-M", "Red / M", Decimal("1299.00"), Decimal("5.50")),
        ("SH-R-L", "Red / L", Decimal("12.00"), None),
        ("SH-B-M", "Blue / M", Decimal("12.50"), Decimal("5.00")),
    ]
    assert Variant.objects.get(sku="007").product.category.full_name == "Clothes"
    assert list(Category.objects.order_by("path").values_list("full_name", "depth", "numchild")) == [
        ("Clothes", 1, 1),
        ("Clothes > Shirts", 2, 0),
    ]


def test_option_names_go_on_from_the_row_above(shop):
    applied(SHIRTS)

    options = VariantOption.objects.filter(variant__sku="SH-R-L").order_by("position")
    assert list(options.values_list("attribute__name", "value__value", "position")) == [
        ("Colour", "Red", 0),
        ("Size", "L", 1),
    ]
    assert sorted(Attribute.objects.values_list("name", flat=True)) == ["Colour", "Size"]
    assert VariantOption.objects.filter(value__value="Red").values("value").distinct().count() == 1


def test_stock_comes_in_by_an_opening_movement(shop, main):
    upload = applied(SHIRTS)

    assert list(Stock.objects.order_by("pk").values_list("variant__sku", "location", "on_hand")) == [
        ("SH-R-M", main.pk, 7),
        ("SH-B-M", main.pk, 3),
    ]
    movements = StockMovement.objects.order_by("pk")
    assert list(movements.values_list("quantity", "reason", "reference", "job")) == [
        (7, "opening", f"upload {upload.pk}", upload.apply_job_id),
        (3, "opening", f"upload {upload.pk}", upload.apply_job_id),
    ]


def test_every_row_leaves_history_that_names_the_job(shop):
    upload = applied(SHIRTS)
    job = Job.objects.get(pk=upload.apply_job_id)

    for model, count in ((Product, 2), (Variant, 4), (VariantOption, 6), (Stock, 2), (Category, 2)):
        rows = model.history.filter(history_job=job)
        assert rows.count() == count, model
        assert set(rows.values_list("history_type", "history_change_reason")) == {("+", job.title)}


def test_the_plan_says_what_will_be(shop):
    upload = planned(SHIRTS)

    assert Product.objects.count() == 0
    assert diffs(upload)[5] == {
        "handle": "mug",
        "name": "Mug",
        "status": "draft",
        "category": "Clothes",
        "seller": "north",
        "tax_class": "standard",
        "sku": "007",
        "price": "4.99",
    }
    assert diffs(upload)[3] == {
        "sku": "SH-R-L",
        "price": "12.00",
        "option1_name": "Colour",
        "option1_value": "Red",
        "option2_name": "Size",
        "option2_value": "L",
        "variant_title": "Red / L",
    }
    assert upload.warnings == [
        "2 new categories: Clothes, Clothes > Shirts",
        "2 new products name no seller and go to “north”.",
    ]


def test_the_same_file_again_changes_nothing(shop):
    applied(SHIRTS)
    before = {model: model.history.count() for model in (Product, Variant, Stock, VariantOption, Category)}

    again = applied(SHIRTS)

    assert counts(again) == {"rows": 4, "unchanged": 4}
    assert {model: model.history.count() for model in before} == before
    assert StockMovement.objects.count() == 2


def test_rows_without_a_handle_go_to_the_sellers_that_they_name(shop):
    SellerFactory(code="south", store_name="South")

    upload = applied("sku,name,price,seller\nA,Mug,5,north\nB,Mug,6,South\n,Mug,7,south\n")

    assert list(Variant.objects.order_by("price").values_list("product__seller__code", flat=True)) == [
        "north",
        "south",
        "south",
    ]
    assert upload.warnings == []
    assert counts(planned("sku,name,price,seller\nA,Mug,5,north\nB,Mug,6,South\n,Mug,7,south\n")) == {
        "rows": 3,
        "unchanged": 3,
    }


def test_a_row_with_a_name_alone_is_found_again_and_only_among_ones_own(shop):
    other = SellerFactory(code="south", store_name="South")
    ProductFactory(seller=other, handle="mug", name="Mug")
    text = "name,price,seller\nMug,5,north\n"

    assert counts(applied(text)) == {"rows": 1, "created": 1}

    assert counts(planned(text)) == {"rows": 1, "unchanged": 1}
    assert counts(applied("name,price,seller\nMug,6,north\n")) == {"rows": 1, "updated": 1}
    assert list(Product.objects.filter(handle="mug").order_by("pk").values_list("seller__code", flat=True)) == [
        "south",
        "north",
    ]
    assert counts(planned("name,price\nPot,5\n")) == {"rows": 1, "created": 1}


def test_rows_without_a_sku_get_one_and_are_found_again(shop):
    text = """
        handle,name,option1_name,option1_value,price
        lamp,Lamp,,,20
        rug,Rug,Size,Small,30
        rug,,,Large,50
    """
    applied(text)

    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["LAMP", "RUG-LARGE", "RUG-SMALL"]
    Variant.objects.filter(sku="RUG-LARGE").update(sku="R-9")
    assert counts(planned(text)) == {"rows": 3, "unchanged": 3}


def test_a_made_up_sku_avoids_one_that_is_taken(shop):
    applied("handle,sku,name,price\nother,LAMP,Other,1\n")
    upload = applied("handle,name,price\nlamp,Lamp,20\n")

    assert Variant.objects.get(product__handle="lamp").sku == f"LAMP-{upload.pk}-2"


def test_rows_without_a_handle_get_one_from_name_and_sku(shop):
    applied("sku,name,price\nA 1,Blue Mug,3\nA-2,Blue Mug,4\n")

    assert sorted(Product.objects.values_list("handle", flat=True)) == ["blue-mug-a-1", "blue-mug-a-2"]


def test_leading_zeros_survive(shop):
    applied("sku,name,barcode,price\n000123,Mug,0012345678905,3\n")

    assert Variant.objects.values_list("sku", "barcode").get() == ("000123", "0012345678905")


def test_markup_in_descriptions_is_made_safe(shop):
    applied('sku,name,price,description\nA,Mug,3,"<p onclick=x()>Good</p><script>alert(1)</script> & cheap"\n')

    assert Product.objects.get().description == "<p>Good</p> &amp; cheap"


def test_a_product_needs_a_name_and_a_price(shop):
    upload = planned("handle,sku,name,price\na,A,,3\nb,B,Mug,\nc,C,Cup,4\n")

    assert counts(upload) == {"rows": 3, "created": 1, "failed": 2}
    assert errors(upload) == {
        2: [["name", "", "A new product needs a name."]],
        3: [["price", "", "A new variant needs a price."]],
    }


def test_the_house_becomes_a_seller_where_there_is_none(shop):
    shop.delete()

    applied("sku,name,price\nA,Mug,3\n")

    seller = Product.objects.get().seller
    assert (seller.code, seller.store_name) == ("house", "Demo Shop")


def test_only_products_that_will_be_made_are_told_to_go_to_the_house(shop):
    rows = "handle,sku,name,price\na,A-1,Lamp,1.00\nb,B-1,Chair,\nc,C-1,Table,2.00\n"

    assert planned(rows).warnings == ["2 new products name no seller and go to “north”."]
    assert planned(rows, mode="update").warnings == []


def test_only_categories_of_rows_that_can_be_used_are_told_to_be_new(shop):
    rows = "handle,sku,name,price,category\na,A-1,Lamp,1.00,Home > Light\nb,B-1,Chair,dear,Garden > Seats\n"

    assert planned(rows).warnings[0] == "2 new categories: Home, Home > Light"
    assert planned(rows, mode="update").warnings == []


def test_headings_that_are_there_twice_are_told_of(shop):
    upload = planned("handle,sku,name,price,price\na,A-1,Lamp,1.00,2.00\n")

    assert "The heading “price” is there more than once; column 5 is called “price (2)”." in upload.warnings
    assert upload.unmapped_columns == ["price (2)"]

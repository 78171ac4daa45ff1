"""What is wrong is said at row and column, and the errors file closes exactly those rows."""

import csv
import io

import pytest

from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.errors_file import error_table
from backoffice.kernel.transfers.services import UploadRefused, upload_apply
from products.models import Product, Variant

pytestmark = pytest.mark.django_db

BAD = """
    sku,name,price,weight_grams,category,tax_class,stock
    A-1,Good,3,100,Home,standard,1
    A-2,Bad price,-3,100,Home,standard,1
    A-3,Bad weight,3,1.5,Home,standard,1
    A-4,Bad tax,3,100,Home,luxury,1
    A-5,Bad path,3,100,Home > > Kitchen,standard,1
    A-6,Bad stock,3,100,Home,standard,-1
    A-7,Huge,99999999999,100,Home,standard,1
    A-8,Exact,9999999999.99,2147483647,Home,Reduced rate,1000000000
"""


def test_each_bad_cell_is_named_in_plain_words(shop):
    upload = planned(BAD)

    assert counts(upload) == {"rows": 8, "created": 2, "failed": 6}
    assert errors(upload) == {
        3: [["price", "-3", "“-3” is less than 0."]],
        4: [["weight_grams", "1.5", "“1.5” is not a whole number. Give a number without decimals."]],
        5: [["tax_class", "luxury", "There is no tax class “luxury”. Known: standard, reduced."]],
        6: [
            [
                "category",
                "Home > > Kitchen",
                "A level of the category has no name. Write, for example, Kitchen > Coffee machines.",
            ]
        ],
        7: [["stock", "-1", "“-1” is less than 0."]],
        8: [["price", "99999999999", "“99999999999” is more than 9999999999.99."]],
    }


def test_all_or_nothing_stops_at_the_first_look(shop):
    upload = planned(BAD)

    with pytest.raises(UploadRefused, match="6 rows have errors, so nothing is applied"):
        upload_apply(upload=upload, here=True)

    assert Product.objects.count() == 0
    upload.refresh_from_db()
    assert upload.state == "planned"


def test_good_rows_in_bad_rows_out(shop):
    upload = applied(BAD, on_error="skip")

    assert counts(upload) == {"rows": 8, "created": 2, "failed": 6}
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["A-1", "A-8"]


def test_the_errors_file_mended_closes_exactly_those_rows(shop):
    upload = applied(BAD, on_error="skip")
    table = list(error_table(upload))

    assert table[0] == [
        "sku",
        "name",
        "price",
        "weight_grams",
        "category",
        "tax_class",
        "stock",
        "Row number",
        "What is wrong",
    ]
    assert [row[0] for row in table[1:]] == ["A-2", "A-3", "A-4", "A-5", "A-6", "A-7"]
    # The apostrophe keeps a spreadsheet from running a cell that begins with a minus.
    assert table[1] == ["A-2", "Bad price", "'-3", "100", "Home", "standard", "1", "3", "price: “-3” is less than 0."]
    mended = [[*row[:2], "3", "100", "Home", "standard", "1", *row[7:]] for row in table[1:]]
    text = io.StringIO()
    csv.writer(text).writerows([table[0], *mended])

    again = applied(text.getvalue())

    assert counts(again) == {"rows": 6, "created": 6}
    assert again.unmapped_columns == []
    assert Variant.objects.count() == 8


def test_doubles_name_each_other(shop):
    upload = planned("sku,name,price\nA,One,1\nB,Two,2\nA,Three,3\nA,Four,4\n")

    assert actions(upload) == {2: "error", 3: "create", 4: "error", 5: "error"}
    assert errors(upload)[2] == [["sku", "A", "The SKU “A” is also in rows 4, 5."]]
    assert errors(upload)[5] == [["sku", "A", "The SKU “A” is also in rows 2, 4."]]


def test_doubles_are_found_across_chunks(shop, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    text = "sku,name,price\n" + "".join(f"A-{n % 4},Thing {n},1\n" for n in range(5))

    upload = planned(text)

    assert actions(upload) == {2: "error", 3: "create", 4: "create", 5: "create", 6: "error"}
    assert errors(upload) == {
        2: [["", "A-0", "“A-0” is also in row 6."]],
        6: [["", "A-0", "“A-0” is also in row 2."]],
    }
    assert counts(upload) == {"rows": 5, "created": 3, "failed": 2}


def test_a_new_product_fails_with_the_row_that_describes_it(shop):
    upload = planned("handle,sku,name,brand,price\nmug,A,Mug,Nord,x\nmug,B,,,2\ncup,C,Cup,,3\n")

    assert actions(upload) == {2: "error", 3: "error", 4: "create"}
    assert errors(upload)[3] == [["", "", "The product cannot be made, because row 2 has errors."]]


def test_two_rows_without_a_sku_cannot_be_the_same_variant(shop):
    upload = planned("handle,name,price\nlamp,Lamp,20\nlamp,Lamp,21\n")

    assert actions(upload) == {2: "create", 3: "error"}
    assert errors(upload)[3] == [["sku", "", "Row 2 describes the same variant."]]


def test_a_file_that_says_nothing_of_products_is_refused(shop):
    upload = planned("email,first name\na@example.com,Kim\n")

    assert upload.state == "failed"
    assert upload.error == (
        "No column of the file is known to hold the SKU, Handle or Name of products. Its columns: email, first name."
    )


def test_a_ragged_row_is_an_error_and_a_short_one_is_not(shop):
    upload = planned("sku,name,price,brand\nA,Mug,1\nB,Cup,2,Nord,extra\nC,Can,3,Ost\n")

    assert actions(upload) == {2: "create", 3: "error", 4: "create"}
    assert errors(upload)[3][0][2].startswith("The row has 5 cells, the table has 4 columns")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "empty.csv", "The file is empty."),
        (b"%PDF-1.7 ...", "list.pdf", "The file is a PDF document, not a table."),
        (b"PK\x03\x04 broken", "list.xlsx", "The file is damaged or incomplete."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(shop, content, name, reason):
    upload = planned(content, name=name)

    assert upload.state == "failed"
    assert upload.error.startswith(reason)


def test_a_file_beyond_the_cap_is_refused_unread(shop, settings):
    from backoffice.kernel.shop.models import ShopSettings

    ShopSettings.objects.create(pk=1, upload_max_rows=2)

    upload = planned("sku,name,price\nA,a,1\nB,b,1\nC,c,1\n")

    assert upload.state == "failed"
    assert upload.error.startswith("The file has more than 2 rows")

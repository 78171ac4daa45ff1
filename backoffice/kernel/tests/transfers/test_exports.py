"""Exports hold what the list shows, are safe to open, and upload again without a change."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.tests.factories import SellerFactory, SellerUserFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers.exports import ExportColumn, ExportKind, ExportRefused, export_kind, export_stream
from backoffice.kernel.transfers.exports.query import export_queryset, filtered
from backoffice.kernel.transfers.models import Export
from products.models import Product, Variant
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

FILE = """
    handle,sku,name,status,category,brand,description,option1_name,option1_value,price,compare_at_price,stock,on_sale
    shirt,001,Shirt,active,Clothes > Shirts,=Nord,<p>Nice</p>,Colour,Red,12.5,,7,yes
    shirt,002,,,,,,,Blue,13,15.99,0,no
    mug,-M,"Mug, large",draft,,,,,,4,,,yes
"""


def exported(rows=None, columns=(), kind="products", **kwargs):
    found = export_kind(kind) if isinstance(kind, str) else kind
    rows = export_queryset(found, None) if rows is None else rows
    return b"".join(export_stream(kind=found, rows=rows, columns=columns, **kwargs))


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_cells_are_written_as_people_read_them(shop):
    applied(FILE)

    columns = ["sku", "handle", "brand", "category", "option1_value", "price", "compare_at_price", "stock", "on_sale"]
    assert table(exported(columns=columns)) == [
        columns,
        ["001", "shirt", "'=Nord", "Clothes > Shirts", "Red", "12.50", "", "7", "yes"],
        ["002", "shirt", "'=Nord", "Clothes > Shirts", "Blue", "13.00", "15.99", "", "no"],
        ["'-M", "mug", "", "", "", "4.00", "", "", "yes"],
    ]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_uploads_again_with_no_changes(shop, file_format):
    applied(FILE)

    upload = planned(exported(file_format=file_format), name=f"products.{file_format}")

    assert counts(upload) == {"rows": 3, "unchanged": 3}
    assert upload.unmapped_columns == []


def test_numbers_stay_numbers_in_a_sheet(shop):
    applied(FILE)

    sheet = load_workbook(io.BytesIO(exported(columns=["sku", "price", "stock"], file_format="xlsx"))).active

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["sku", "price", "stock"],
        ["001", 12.5, 7],
        ["002", 13, None],
        ["'-M", 4, None],
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=40), price=st.decimals("-0.00", "9999999999.99", places=2))
def test_any_text_is_safe_and_comes_back(shop, text, price):
    """No cell begins like a formula, and what was stored is what is read."""
    text = "".join(char for char in text if char.isprintable()).strip() or "x"
    with audit(source="tests"):
        Variant.objects.all().delete()
        Product.objects.all().delete()
        product = ProductFactory(seller=shop, name=text, brand=text[:100], description="", handle="one")
        VariantFactory(product=product, sku="one", price=abs(price))

    content = exported(columns=["sku", "name", "brand", "price"])

    row = table(content)[1]
    assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert Decimal(row[3]) == abs(price)
    assert counts(planned(content)) == {"rows": 1, "unchanged": 1}


def test_products_without_variants_are_exported_too(shop):
    ProductFactory(seller=shop, handle="bare", name="Bare")

    content = exported(columns=["handle", "sku", "name"])

    assert table(content)[1] == ["bare", "", "Bare"]
    assert counts(planned(content)) == {"rows": 1, "unchanged": 1}


def test_a_seller_exports_own_rows_only(shop):
    user = SellerUserFactory(seller=shop)
    applied(FILE)
    VariantFactory(sku="foreign", product=ProductFactory(seller=SellerFactory()))

    content = exported(export_queryset(export_kind("products"), user), user=user)

    assert "foreign" not in content.decode()
    assert len(table(content)) == 4


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_where_there_can_be_no_row_the_headings_come_alone(shop, file_format):
    """Django asks the database nothing then: a branch that is gone, a seller's log-in without a store."""
    applied(FILE)
    storeless = SellerUserFactory(seller=None)

    for rows in (Product.objects.none(), export_queryset(export_kind("products"), storeless)):
        content = exported(rows, columns=["sku", "name"], file_format=file_format)
        found = table(content) if file_format == "csv" else [
            [cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()
        ]  # fmt: skip
        assert found == [["sku", "name"]]
    assert set(Export.objects.values_list("rows", "complete")) == {(0, True)}


def test_rows_come_filtered_and_in_the_order_of_the_list(shop):
    applied(FILE)
    kind = export_kind("products")

    rows = filtered(kind, export_queryset(kind, None), {"status": "active"})
    assert [row[0] for row in table(exported(rows, ["sku"]))[1:]] == ["001", "002"]
    rows = Product.objects.order_by("-handle")
    assert [row[0] for row in table(exported(rows, ["sku"]))[1:]] == ["001", "002", "'-M"]
    rows = Product.objects.filter(variants__price__gte=13).order_by("handle")
    assert [row[0] for row in table(exported(rows, ["handle"]))[1:]] == ["shirt", "shirt"]
    with pytest.raises(ValueError, match="The filter nonsense=1 is not understood"):
        filtered(kind, rows, {"nonsense": "1"})


@pytest.mark.parametrize("lookup", ["name__regex", "name__iregex"])
def test_a_value_that_the_database_refuses_is_told_of(shop, lookup):
    applied("handle,sku,name,price\nmug,A,Mug,1\n")
    kind = export_kind("products")

    with pytest.raises(ValueError, match=re.escape(f"The filter {lookup}=( is not understood.")):
        filtered(kind, export_queryset(kind, None), {lookup: "("})
    assert Product.objects.count() == 1


def test_each_export_is_logged(shop):
    applied(FILE)
    user = SellerUserFactory(seller=shop)

    exported(columns=["sku"], user=user, source="page", filters={"status": "draft"})

    log = Export.objects.get()
    assert (log.kind, log.format, log.columns, log.rows, log.complete) == ("products", "csv", ["sku"], 3, True)
    assert (log.owner, log.source, log.filters) == (user, "page", {"status": "draft"})


def test_an_export_that_was_cut_off_is_logged_as_such(shop):
    applied(FILE)

    pieces = export_stream(kind=export_kind("products"), rows=Product.objects.all(), columns=["sku"])
    next(pieces)
    pieces.close()

    assert Export.objects.values_list("rows", "complete").get() == (0, False)


def test_what_cannot_be_exported_is_refused_before_anything_is_sent(shop):
    with pytest.raises(ExportRefused, match="There is no column “iban”"):
        export_stream(kind=export_kind("products"), rows=Product.objects.all(), columns=["iban"])
    with pytest.raises(ExportRefused, match="CSV or XLSX, not “html”"):
        export_stream(kind=export_kind("products"), rows=Product.objects.all(), file_format="html")
    assert Export.objects.count() == 0


def test_another_app_declares_its_own_in_a_few_lines(shop, django_assert_num_queries):
    applied(FILE)
    kind = ExportKind(
        name="handles",
        label="Handles",
        model=Product,
        columns=(
            ExportColumn("handle"),
            ExportColumn("seller", "seller__code"),
            ExportColumn("variants", Count("variants")),
        ),
    )

    with django_assert_num_queries(3):  # the log, the rows, the log closed
        content = exported(Product.objects.all(), kind=kind)

    assert table(content) == [["handle", "seller", "variants"], ["shirt", "north", "2"], ["mug", "north", "1"]]

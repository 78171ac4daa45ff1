"""From a spreadsheet to an invoice, as people do it: each step by the role whose work it is."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from backoffice.kernel.files.services import file_path
from backoffice.tests.browser.conftest import PHONE
from finance.models import Payment
from invoices.models import Invoice
from orders.models import Order
from products.models import Product, Stock, StockMovement, Variant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COLUMNS = ["handle", "name", "sku", "price", "category", "option1_name", "option1_value", "stock", "status"]
ROWS = [
    ["spring-vase", "Spring vase", "VASE-GR", "24.90", "Home > Vases", "Colour", "Green", "12", "active"],
    ["spring-vase", "", "VASE-BL", "26.90", "", "Colour", "Blue", "7", ""],
    ["oak-tray", "Oak tray", "TRAY-1", "39.00", "Home > Trays", "", "", "5", "active"],
]


def choose(page: Page, container: str, text: str) -> None:
    """Type into an autocomplete field and take its first hit."""
    page.locator(container).click()
    page.locator(".select2-search__field").last.fill(text)
    page.locator(".select2-results__option--highlighted, .select2-results__option", has_text=text).first.click()


def upload(page: Page, path: Path, *, says: str = "Ready to apply") -> None:
    """Upload a file of products and look at its preview, whose state says so much."""
    page.goto("/admin/products/product/")
    page.get_by_role("link", name="Upload products").click()
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.locator("#upload-state")).to_have_text(says)


def counts(page: Page) -> dict[str, str]:
    """Read the totals of an upload's page."""
    tiles = page.locator("#upload-totals .card-body").all()
    return {tile.locator("div").nth(1).inner_text(): tile.locator("div").nth(0).inner_text() for tile in tiles}


def test_a_catalogue_from_a_file_and_out_again_unchanged(
    person: Callable[..., Page], picture: Callable[[Page, str], None], tmp_path: Path
) -> None:
    # Given a file with two products, one of them in two colours
    path = tmp_path / "spring.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *ROWS])
    page = person("operations-lead")

    # When it is uploaded, the preview says what would change, and nothing has changed yet
    upload(page, path)
    picture(page, "upload-preview")
    assert counts(page) == {"rows": "3", "new": "3", "changed": "0", "unchanged": "0", "wrong": "0", "left out": "0"}
    assert not Variant.objects.filter(sku="VASE-GR").exists()

    # And when it is applied, the goods and their stock are there
    page.get_by_role("button", name="Apply 3 changes").click()
    expect(page.locator("#upload-state")).to_have_text("Applied")
    picture(page, "upload-applied")
    vase = Product.objects.get(handle="spring-vase")
    assert {variant.sku: str(variant.price) for variant in vase.variants.all()} == {
        "VASE-GR": "24.90",
        "VASE-BL": "26.90",
    }
    assert vase.category is not None
    assert vase.category.full_name == "Home > Vases"
    assert [movement.quantity for movement in StockMovement.objects.filter(stock__variant__sku="VASE-GR")] == [12]

    # When the list is exported and uploaded again, there is nothing to change
    page.goto("/admin/products/product/?q=vase")
    page.get_by_role("link", name="Export").click()
    picture(page, "export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    again = tmp_path / "again.csv"
    download.value.save_as(again)
    upload(page, again, says="Nothing to apply")
    assert (counts(page)["rows"], counts(page)["unchanged"], counts(page)["new"], counts(page)["changed"]) == (
        "2",
        "2",
        "0",
        "0",
    )


def test_a_wrong_row_is_told_at_its_place_and_nothing_is_lost(
    person: Callable[..., Page], picture: Callable[[Page, str], None], tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, ["tray", "Tray", "T-1", "cheap", "Home", "", "", "3", "active"]])
    page = person("operations-lead")

    upload(page, path, says="Nothing to apply")

    picture(page, "upload-wrong-row")
    assert counts(page)["wrong"] == "1"
    expect(page.locator("#upload-rows [data-row]").first).to_contain_text("cheap")
    assert not Variant.objects.filter(sku="T-1").exists()


def test_prices_change_in_bulk_after_a_preview(
    person: Callable[..., Page], picture: Callable[[Page, str], None]
) -> None:
    page = person("catalogue-editor")
    page.goto("/admin/products/product/")
    picture(page, "products")
    page.locator("#action-toggle").check()
    page.select_option("select[name=action]", label="Archive")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("#applies-to")).to_contain_text("selected")
    picture(page, "bulk-action")


def test_an_order_becomes_a_payment_and_an_invoice(
    person: Callable[..., Page], picture: Callable[[Page, str], None], work: Callable[[], int]
) -> None:
    # Given goods of two sellers
    first, second = _goods_of_two_sellers()
    before = Order.objects.count()

    # When the order desk enters an order and places it
    desk = person("order-desk")
    desk.goto("/admin/orders/order/add/")
    choose(desk, ".field-customer .select2-selection", "@demo.example")
    choose(desk, "#lines-0 .select2-selection", first.sku)
    choose(desk, "#lines-1 .select2-selection", second.sku)
    desk.fill("[name=lines-1-quantity]", "2")
    picture(desk, "order-draft")
    desk.get_by_role("button", name="Save and continue editing").click()
    desk.get_by_role("link", name="Place").or_(desk.get_by_role("button", name="Place")).first.click()
    if desk.locator("#id_reason").count():
        desk.locator("form button[type=submit], form input[type=submit]").last.click()
    assert Order.objects.count() == before + 1
    order = Order.objects.order_by("-pk")[0]
    desk.goto(f"/admin/orders/order/{order.pk}/change/")
    picture(desk, "order-placed")
    assert (order.status, order.payment_status) == ("open", "unpaid")
    assert {line.allocated for line in order.lines.all()} == {1, 2}

    # Then a payment waits; when finance settles it, the invoice is issued and its PDF made
    payment = Payment.objects.get(order=order)
    assert (payment.status, payment.amount) == ("pending", order.total)
    finance = person("finance")
    finance.goto(f"/admin/finance/payment/{payment.pk}/change/")
    picture(finance, "payment")
    finance.get_by_role("link", name="Settle").or_(finance.get_by_role("button", name="Settle")).first.click()
    picture(finance, "payment-settle")
    finance.locator("main form button[type=submit], .content form button[type=submit]").last.click()
    invoice = Invoice.objects.get(order=order)
    assert (invoice.status, invoice.gross + invoice.rounding) == ("paid", order.total)
    assert work() > 0
    invoice.refresh_from_db()
    assert invoice.pdf is not None
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(file_path(invoice.pdf).read_bytes())).pages)
    assert invoice.number is not None
    assert invoice.number in text
    finance.goto(f"/admin/invoices/invoice/{invoice.pk}/change/")
    picture(finance, "invoice")

    # When the warehouse ships, stock leaves once
    on_hand = _on_hand(first)
    warehouse = person("warehouse")
    warehouse.goto(f"/admin/orders/order/{order.pk}/ship/")
    picture(warehouse, "ship")
    warehouse.locator("form button[type=submit]").last.click()
    order.refresh_from_db()
    shipped = sum(order.lines.filter(variant=first).values_list("shipped", flat=True))
    assert order.fulfilment_status in {"shipped", "partially_shipped"}
    assert _on_hand(first) == on_hand - shipped
    warehouse.goto(f"/admin/orders/order/{order.pk}/history/")
    picture(warehouse, "history")


def test_lists_fit_a_phone(person: Callable[..., Page], picture: Callable[[Page, str], None]) -> None:
    page = person("order-desk", viewport=PHONE)
    for name, address in (("orders", "orders/order/"), ("products", "products/product/"), ("jobs", "kernel/job/")):
        page.goto(f"/admin/{address}")
        picture(page, f"phone-{name}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{address} is {width} px wide"


def _on_hand(variant: Variant) -> int:
    return sum(Stock.objects.filter(variant=variant).values_list("on_hand", flat=True))


def _goods_of_two_sellers() -> tuple[Variant, Variant]:
    on_sale = Variant.objects.filter(product__status="active", stocks__on_hand__gte=10).select_related("product")
    first = on_sale.order_by("pk")[0]
    second = on_sale.exclude(product__seller=first.product.seller).order_by("pk")[0]
    return first, second

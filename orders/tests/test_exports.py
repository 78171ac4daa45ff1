"""Orders, lines, parcels and returns leave as CSV and XLSX, as filtered, for those who may."""

import csv
import io

import pytest
from openpyxl import load_workbook

from orders.services.shipments import shipment_create
from orders.tests.factories import ADDRESS, draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db


def export(client, address, kind, columns, file_format="csv", **query):
    response = client.post(
        f"{address}export/?{'&'.join(f'{key}={value}' for key, value in {**query, '_export': kind}.items())}",
        {"columns": columns, "format": file_format},
    )
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_orders_as_listed(desk):
    placed = placed_order(shipping_address={**ADDRESS, "city": "Köln"}, discount_reason="x")
    draft_order()

    content = export(
        desk,
        "/admin/orders/order/",
        "orders",
        ["number", "status", "ship_to_city", "goods_net", "tax", "total"],
        queue="awaiting-payment",
    )

    assert rows_of(content) == [
        {
            "number": placed.number,
            "status": "open",
            "ship_to_city": "Köln",
            "goods_net": "16.81",
            "tax": "3.19",
            "total": "20.00",
        }
    ]


def test_formulas_are_neutralised(desk):
    draft_order(billing_address={**ADDRESS, "name": "=1+1"}, external_reference="@SUM(A1)")

    row = rows_of(export(desk, "/admin/orders/order/", "orders", ["buyer", "external_reference"]))[0]

    assert row == {"buyer": "'=1+1", "external_reference": "'@SUM(A1)"}


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_lines_as_sheet(desk):
    order = placed_order(lines=[(stocked_variant(), 3)])
    line = order.lines.get()

    content = export(
        desk, "/admin/orders/orderline/", "order_lines", ["order", "sku", "quantity", "net", "to_ship"], "xlsx"
    )

    sheet = list(load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True))
    assert sheet == [
        ("order", "sku", "quantity", "net", "to_ship"),
        (order.number, line.sku, 3, pytest.approx(25.21), 3),
    ]


def test_parcels_and_returns(boss):
    parcel = shipment_create(order=placed_order(), carrier="DHL")

    content = export(boss, "/admin/orders/shipment/", "shipments", ["number", "order", "carrier", "ship_to_country"])

    assert rows_of(content) == [
        {"number": parcel.number, "order": parcel.order.number, "carrier": "DHL", "ship_to_country": "DE"}
    ]
    assert export(boss, "/admin/orders/return/", "returns", ["number"]).decode("utf-8-sig").split() == ["number"]


def test_sellers_export_their_parcels_alone(seller_browser):
    order = placed_order(lines=[(stocked_variant(), 1), (stocked_variant(), 1)])
    mine, theirs = (shipment_create(order=order, seller=line.seller) for line in order.lines.all())
    browser = seller_browser(mine.seller)

    content = export(browser, "/admin/orders/shipment/", "shipments", ["number"])

    assert [row["number"] for row in rows_of(content)] == [mine.number]
    assert theirs.number not in content.decode()
    assert browser.post("/admin/orders/order/export/?_export=orders", {"columns": ["email"]}).status_code == 403
    assert browser.post("/admin/orders/orderline/export/", {"columns": ["order"]}).status_code == 403


def test_lines_list_shows_sellers_their_own(seller_browser):
    order = placed_order(lines=[(stocked_variant(), 1), (stocked_variant(), 1)])
    mine, theirs = order.lines.all()
    browser = seller_browser(mine.seller)

    page = browser.get("/admin/orders/orderline/").content.decode()

    assert mine.sku in page
    assert theirs.sku not in page
    assert [
        row.pk for row in browser.get("/admin/orders/orderline/", {"q": theirs.sku}).context["cl"].result_list
    ] == []
    found = browser.get("/admin/orders/orderline/", {"q": order.number, "progress": "to-ship"})
    assert [row.pk for row in found.context["cl"].result_list] == [mine.pk]

"""Orders as other systems export them, as this shop exports them, and a real file of another shop's sales."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum

from backoffice.integrity import integrity_check
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import counts, errors
from backoffice.kernel.transfers.services import upload_undo
from orders.models import Order, OrderLine, Return, ReturnReason
from orders.tests.factories import ADDRESS, placed_order
from orders.tests.order_files import RETAIL, mugs, order, plan, upload
from products.models import TaxCategory, Variant
from products.tests.factories import TaxRateFactory

pytestmark = pytest.mark.django_db

SHOPIFY = """
    Name,Email,Financial Status,Fulfillment Status,Currency,Shipping,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Zip,Billing City,Billing Country,Shipping Zip,Shipping Country,Notes,Cancelled at
    #1001,kim@example.org,paid,fulfilled,EUR,4.90,33.70,SPRING,1.00,2024-03-31 18:05:22 +0200,2,Blue mug,9.90,MUG-BLUE,Kim Example,'01067,Dresden,DE,'01067,DE,Ring twice,
    #1001,kim@example.org,,,,,,,,,1,Red mug,10.00,MUG-RED,,,,,,,,
    #1002,sam@example.org,voided,unfulfilled,EUR,0.00,9.90,,0.00,2024-04-01 10:00:00 +0200,1,Blue mug,9.90,MUG-BLUE,Sam Example,,,DE,,DE,,2024-04-01 11:00:00 +0200
    #1003,sam@example.org,paid,unfulfilled,EUR,0.00,9.90,,0.00,2024-04-01 12:00:00 +0200,1,Blue mug,9.90,MUG-BLUE,Sam Example,,,DE,,DE,,
"""
WOOCOMMERCE = """
    Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Country Code (Billing),Postcode (Billing),Email (Billing),Cart Discount Amount,Order Shipping Amount,Order Total Amount,SKU,Item Name,Quantity (- Refund),Item Cost,Coupon Code
    501,Completed,2024-02-01 10:15,Kim,Example,DE,01067,kim@example.org,0,4.00,34.51,MUG-BLUE,Blue mug,2,8.00,
    501,Completed,2024-02-01 10:15,Kim,Example,DE,01067,kim@example.org,0,4.00,34.51,MUG-RED,Red mug,1,9.00,
    502,Processing,2024-02-02 10:15,Sam,Example,DE,,sam@example.org,0,0,9.52,MUG-BLUE,Blue mug,1,8.00,
    503,Cancelled,2024-02-03 10:15,Sam,Example,DE,,sam@example.org,0,0,9.52,MUG-BLUE,Blue mug,1,8.00,
"""
MAGENTO = """
    increment_id,created_at,status,customer_email,customer_firstname,customer_lastname,order_currency_code,shipping_amount,grand_total,country_id,sku,name,qty_ordered,price,discount_amount,tax_percent,parent_item_id
    000000011,2023-11-05 12:00:00,complete,kim@example.org,Kim,Example,EUR,5.0000,24.99,DE,MUG-BLUE,Blue mug,2.0000,8.0000,0.0000,19.0000,
    000000011,2023-11-05 12:00:00,complete,kim@example.org,Kim,Example,EUR,5.0000,24.99,DE,MUG-BLUE,Blue mug,2.0000,0.0000,0.0000,0.0000,77
    000000012,2023-11-06 12:00:00,canceled,sam@example.org,Sam,Example,EUR,0.0000,9.52,DE,MUG-RED,Red mug,1.0000,8.0000,0.0000,19.0000,
"""


@pytest.mark.parametrize(
    ("text", "shape", "expected", "orders"),
    [
        (SHOPIFY, "shopify-orders", {"rows": 4, "created": 3, "skipped": 1},
         [("#1001", "completed", "33.70"), ("#1002", "cancelled", "9.90")]),
        (WOOCOMMERCE, "woocommerce-orders", {"rows": 4, "created": 3, "skipped": 1},
         [("501", "completed", "34.51"), ("503", "cancelled", "9.52")]),
        (MAGENTO, "magento-orders", {"rows": 3, "created": 2, "skipped": 1},
         [("000000011", "completed", "24.99"), ("000000012", "cancelled", "9.52")]),
    ],
)  # fmt: skip
def test_the_export_lands_with_the_totals_it_states(text, shape, expected, orders):
    mugs()

    done = upload(text)

    assert (done.mapping["shape"], counts(done), done.warnings) == (shape, expected, [])
    found = Order.objects.order_by("pk").values_list("external_reference", "status", "total")
    assert list(found) == [(name, status, Decimal(total)) for name, status, total in orders]
    assert Order.objects.last().billing_address["name"] == "Kim Example"
    again = counts(upload(text))
    assert again == {"rows": expected["rows"], "unchanged": expected["created"], "skipped": expected["skipped"]}


def test_leading_zeros_moments_and_notes_survive():
    mugs()

    upload(SHOPIFY)

    found = order("#1001")
    assert found.shipping_address["postcode"] == "01067"
    assert f"{found.placed_at:%Y-%m-%d %H:%M:%S}" == "2024-03-31 16:05:22"
    assert (found.discount, found.discount_reason, found.customer_note) == (Decimal("1.00"), "SPRING", "Ring twice")


def test_a_total_that_differs_is_reported():
    mugs()

    done = plan(SHOPIFY.replace("33.70", "33.00"))

    assert done.warnings == [
        "1 order comes to another total here than the file states: #1001: 33.70, not 33.00",
    ]


@pytest.mark.parametrize("kind", ["orders_with_lines", "orders", "order_lines"])
def test_an_export_uploaded_again_changes_nothing(tmp_path, kind):
    mugs()
    upload(RETAIL)
    upload(SHOPIFY, orders_are="draft")
    placed_order(external_reference="PO 7", shipping_address={**ADDRESS, "company": "Example Ltd", "city": "Köln"})
    file = tmp_path / "orders.csv"
    call_command("export", kind, out=file)
    before = Order.history.count(), OrderLine.history.count()

    again = upload(file.read_bytes())

    found = counts(again)
    assert found == {"rows": found["rows"], "unchanged": found["rows"]}, errors(again)
    assert found["rows"] == {"orders": 5, "order_lines": 6, "orders_with_lines": 6}[kind]
    assert (Order.history.count(), OrderLine.history.count()) == before


@pytest.fixture
def british_shop():
    """The taxes of the day that the file tells of, as far as they are on file."""
    tax_class = TaxRateFactory(valid_from="2007-01-01").tax_class
    ReturnReason.objects.create(code="other", name="Other")
    for country in ("GB", "NO", "AU"):
        TaxRateFactory(tax_class=tax_class, country=country, rate=0, category=TaxCategory.EXPORT)
    for country, rate in (("FR", "19.60"), ("NL", "19.00"), ("IE", "21.00")):
        TaxRateFactory(tax_class=tax_class, country=country, rate=Decimal(rate), valid_from="2001-01-01")


@pytest.mark.foreign
def test_a_days_sales_of_a_real_shop(british_shop, foreign_data):
    content = (foreign_data / "orders" / "uci_online_retail_orders_2010-12-01.csv").read_bytes()
    before = snapshot()

    refused = plan(content)
    done = upload(content, unknown_sku="create")

    assert counts(refused) == {"rows": 3108, "failed": 3108}
    assert counts(done) == {"rows": 3108, "created": 3108}
    orders = Order.objects.values_list("status", "fulfilment_status")
    assert {key: list(orders).count(key) for key in set(orders)} == {
        ("completed", "delivered"): 135,
        ("completed", "partially_returned"): 1,
        ("cancelled", "unfulfilled"): 6,
    }
    document = Return.objects.get()
    assert (document.external_reference, document.order.external_reference) == ("C536506", "536488")
    assert Order.objects.filter(external_customer="", email="", customer=None).count() == 16
    assert Variant.objects.filter(product__status="archived", product__seller__code="house").count() == 1348
    # 58,960.79 were sold; of the 325.23 that were taken back 25.50 belong to a sale of the day.
    sold = Order.objects.filter(status="completed").aggregate(sum=Sum("total"))["sum"]
    assert sold == Decimal("58960.79")
    assert Order.objects.filter(status="cancelled").aggregate(sum=Sum("total"))["sum"] == Decimal("299.73")
    assert Order.objects.aggregate(sum=Sum("shipping_price"))["sum"] == Decimal("1314.26")
    assert [finding for findings in integrity_check().findings.values() for finding in findings] == []

    assert counts(upload(content)) == {"rows": 3108, "unchanged": 3108}
    _, job = upload_undo(upload=done, user=None, here=True)

    assert (job.state, job.result["conflicts"]) == ("succeeded", 0), job.error
    assert set(differences(before, snapshot())) == {"orders.NumberCounter"}
    assert [finding for findings in integrity_check().findings.values() for finding in findings] == []

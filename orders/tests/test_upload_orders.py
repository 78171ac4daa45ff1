"""Past orders of another system land whole, in their final states, and disturb nothing of today."""

from decimal import Decimal

import pytest

from backoffice.integrity import integrity_check
from backoffice.kernel.tests.transfers.uploading import actions, counts, errors
from finance.models import Payment
from invoices.models import Invoice
from orders.models import Allocation, Order, OrderLine, Return, Shipment
from orders.tests.asserts import assert_books_tie, assert_history_is_true
from orders.tests.order_files import RETAIL, mugs, order, plan, upload
from products.models import Stock, StockMovement

pytestmark = pytest.mark.django_db


def test_a_sale_lands_as_a_completed_order():
    blue, red = mugs()

    done = upload(RETAIL)

    assert counts(done) == {"rows": 6, "created": 6}
    assert done.mapping["shape"] == "uci-online-retail"
    found = order("700001")
    assert (found.status, found.fulfilment_status, found.payment_status) == ("completed", "partially_returned", "paid")
    assert (found.settled_elsewhere, found.paid_total) == (True, Decimal("0.00"))
    assert (found.external_customer, found.customer_id, found.currency) == ("20001", None, "GBP")
    assert found.placed_at == found.completed_at
    assert f"{found.placed_at:%Y-%m-%d %H:%M}" == "2024-03-01 08:26"
    assert found.shipping_address["country"] == "DE"
    assert (found.shipping_price, found.total) == (Decimal("4.90"), Decimal("26.98"))
    assert (found.shipping_net, found.lines_net, found.tax_total) == (
        Decimal("4.12"), Decimal("18.56"), Decimal("4.31"),
    )  # fmt: skip
    lines = found.lines.values_list("sku", "name", "quantity", "shipped", "delivered", "tax_rate", "seller_id")
    assert list(lines) == [
        ("MUG-BLUE", "BLUE MUG", 6, 6, 6, Decimal("19.00"), blue.product.seller_id),
        ("MUG-RED", "RED MUG", 2, 2, 2, Decimal("19.00"), red.product.seller_id),
    ]
    # Both country and day decide: no rate is on file for the United Kingdom, which is an export today.
    assert list(order("700002").lines.values_list("tax_category", "tax_rate")) == [("G", Decimal("0.00"))]
    assert order("700002").total == Decimal("3.39")


def test_today_is_not_disturbed(mailoutbox):
    mugs()
    before = list(Stock.objects.order_by("pk").values_list("pk", "on_hand", "allocated")), StockMovement.objects.count()

    upload(RETAIL)

    assert (list(Stock.objects.order_by("pk").values_list("pk", "on_hand", "allocated")),
            StockMovement.objects.count()) == before  # fmt: skip
    untouched = (Allocation, Shipment, Payment, Invoice)
    assert [model.objects.count() for model in untouched] == [0, 0, 0, 0]
    assert mailoutbox == []
    assert_books_tie()
    assert_history_is_true()
    assert [finding for findings in integrity_check().findings.values() for finding in findings] == []


def test_numbers_are_our_own():
    mugs()

    upload(RETAIL)

    numbers = list(Order.objects.order_by("pk").values_list("number", "external_reference"))
    assert numbers == [("O-100001", "700001"), ("O-100002", "700002"), ("O-100003", "C700004")]


def test_goods_that_come_back_are_a_return_of_their_sale():
    mugs()

    upload(RETAIL)

    document = Return.objects.get()
    assert (document.external_reference, document.order, document.status) == ("C700003", order("700001"), "completed")
    assert list(document.lines.values_list("order_line__sku", "quantity", "restock")) == [("MUG-BLUE", 4, False)]
    assert list(order("700001").lines.values_list("returned", flat=True)) == [4, 0]


def test_without_its_sale_it_is_a_cancelled_order_that_says_so():
    mugs()

    upload(RETAIL)

    found = order("C700004")
    assert (found.status, found.fulfilment_status, found.total) == ("cancelled", "unfulfilled", Decimal("2.55"))
    assert found.cancelled_at is not None
    assert list(found.lines.values_list("quantity", "cancelled", "delivered")) == [(1, 1, 0)]
    assert found.notes.get().text == "C700004 takes back goods whose sale was not found; nothing followed from it here."


def test_the_sale_may_be_in_the_shop_already():
    mugs()
    sales, back = RETAIL.split("    C700003", 1)
    upload(sales)

    upload(f"{sales.strip().splitlines()[0]}\nC700003{back.splitlines()[0]}")

    assert Return.objects.get().order == order("700001")
    assert order("700001").fulfilment_status == "partially_returned"
    # No piece comes back twice: of the six two are left.
    again = back.splitlines()[0].replace("C700003", "")
    upload(f"{sales.strip().splitlines()[0]}\nC700009{again}")
    assert order("C700009").status == "cancelled"
    assert OrderLine.objects.get(order=order("700001"), sku="MUG-BLUE").returned == 4


def test_the_second_time_changes_nothing():
    mugs()
    upload(RETAIL)
    before = Order.history.count(), Return.history.count(), OrderLine.history.count()

    again = upload(RETAIL)

    assert counts(again) == {"rows": 6, "unchanged": 6}
    assert (Order.history.count(), Return.history.count(), OrderLine.history.count()) == before


def test_what_the_file_says_otherwise_of_a_known_order_is_refused():
    mugs()
    upload(RETAIL)

    other = plan(RETAIL.replace("BLUE MUG,6,", "BLUE MUG,7,"))

    assert counts(other) == {"rows": 6, "unchanged": 5, "failed": 1}
    assert errors(other)[2] == [
        ["quantity", "7", "It is “6” in O-100001, which is here already; uploads change no orders."]
    ]


def test_an_order_is_taken_in_whole_or_not_at_all():
    mugs()

    upload(RETAIL.replace("MUG-RED,RED MUG,2", "MUG-GREY,GREY MUG,2"), on_error="skip")

    assert set(Order.objects.values_list("external_reference", flat=True)) == {"700002", "C700003", "C700004"}


def test_the_bad_row_is_named_in_the_others():
    mugs()

    bad = plan(RETAIL.replace("MUG-RED,RED MUG,2", "MUG-GREY,GREY MUG,2"), on_error="skip")

    assert actions(bad) == {2: "error", 3: "error", 4: "error", 5: "create", 6: "create", 7: "create"}
    assert errors(bad) == {
        2: [["", "", "The order is not taken in, because row 3 has errors."]],
        3: [
            ["sku", "MUG-GREY", "There is no article with this SKU. Add it first, or choose to make archived products."]
        ],
        4: [["", "", "The order is not taken in, because row 3 has errors."]],
    }


def test_the_warnings_say_what_becomes_of_the_file():
    mugs()

    assert plan(RETAIL).warnings == [
        "1 order names no customer and is kept as a guest order: 700002",
        "1 document takes goods back: a return of the sale, without stock or refund: C700003",
        "1 document takes back goods whose sale is not here: kept as a cancelled order: C700004",
    ]

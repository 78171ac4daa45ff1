"""Totals, payments and refunds that do not add up are found."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backoffice.tests.breaking import change, copy, delete, found, relax
from finance.models import Payment, PaymentEvent
from finance.services.refunds import refund_create, refund_succeed
from finance.tests.factories import settled_payment
from invoices.models import Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown
from invoices.tests.factories import issued_invoice
from orders.models import Order, OrderLine
from orders.tests.factories import placed_order

pytestmark = pytest.mark.usefixtures("breakable")


# Two pieces at 10.00 with 19 % tax in it: 16.81 + 3.19 = 20.00.


def test_an_order_whose_line_is_off_by_a_cent():
    order = placed_order()
    change(order.lines.get(), net="16.80")

    assert found(1) == [(f"order {order.number}", "The lines add up to 16.80, but 16.81 is stored.")]


def test_an_order_that_lost_a_line():
    order = placed_order()
    relax(OrderLine)
    delete(order.lines.get())

    assert found(1) == [(f"order {order.number}", "The lines add up to 0.00, but 16.81 is stored.")]


def test_an_order_whose_total_is_off_by_a_cent():
    order = placed_order()
    relax(Order)
    change(order, total="20.01")

    assert found(1) == [(f"order {order.number}", "The parts add up to 20.00, but the total says 20.01.")]


def test_a_total_with_cents_in_a_currency_without():
    order = placed_order()
    change(order, currency="JPY", lines_net="16.91", total="20.10")
    change(order.lines.get(), net="16.91")

    assert found(1) == [(f"order {order.number}", "20.10 is no whole number of JPY.")]


@pytest.mark.parametrize(
    ("column", "value", "messages"),
    [
        (
            "lines_net",
            "16.82",
            [
                "The net of the lines should be 16.81, but 16.82 is stored.",
                "The net should be 16.82, but 16.81 is stored.",
            ],
        ),
        (
            "tax",
            "3.20",
            ["The tax should be 3.19, but 3.20 is stored.", "The gross should be 20.01, but 20.00 is stored."],
        ),
        (
            "gross",
            "20.01",
            ["The gross should be 20.00, but 20.01 is stored.", "The amount due should be 20.01, but 20.00 is stored."],
        ),
        ("due", "20.02", ["The amount due should be 20.00, but 20.02 is stored."]),
        (
            "charges_net",
            "1.00",
            ["The charges should be 0.00, but 1.00 is stored.", "The net should be 17.81, but 16.81 is stored."],
        ),
    ],
)
def test_an_invoice_whose_totals_do_not_follow_from_its_parts(column: str, value: str, messages: list[str]):
    invoice = issued_invoice()
    relax(Invoice)
    change(invoice, **{column: value})

    assert found(1) == [(f"invoice {invoice.number}", message) for message in messages]


def test_an_invoice_whose_line_and_tax_group_were_changed():
    invoice = issued_invoice()
    relax(InvoiceLine, TaxBreakdown)
    change(invoice.lines.get(), net="16.00")
    change(invoice.tax_breakdown.get(), taxable="16.00", tax="3.04")

    assert found(1) == [
        (f"invoice {invoice.number}", "The net of the lines should be 16.00, but 16.81 is stored."),
        (f"invoice {invoice.number}", "The taxable amount should be 16.00, but 16.81 is stored."),
        (f"invoice {invoice.number}", "The tax should be 3.04, but 3.19 is stored."),
    ]


def test_an_invoice_with_a_discount_that_nobody_gave():
    invoice = issued_invoice()
    relax(InvoiceAdjustment, Invoice)
    InvoiceAdjustment.objects.bulk_create(
        [
            InvoiceAdjustment(
                invoice=invoice, position=1, kind="discount", net=Decimal("1.00"), tax_category="S", tax_rate=19
            )
        ]
    )

    assert found(1) == [(f"invoice {invoice.number}", "The discounts should be 1.00, but 0.00 is stored.")]


def test_an_order_that_says_more_is_paid_than_came_in():
    payment = settled_payment()
    change(payment.order, paid_total="25.00")

    assert found(2) == [
        (f"order {payment.order.number}", "Received less refunded is 20.00, but 25.00 is stored as paid.")
    ]


def test_a_payment_that_says_more_came_in_than_its_events():
    payment = settled_payment()
    change(payment, captured_amount="21.00")
    change(payment.order, paid_total="21.00")

    assert found(2) == [(f"payment {payment.pk}", "Its events received 20.00, but 21.00 is stored.")]


def test_a_payment_that_says_more_was_refunded_than_went_out():
    payment = settled_payment()
    refund_succeed(refund=refund_create(payment=payment, amount=Decimal("5.00"), reason="Scratched"))
    change(payment, refunded_amount="6.00")
    change(payment.order, paid_total="14.00")

    assert found(2) == [(f"payment {payment.pk}", "Refunds add up to 5.00, but 6.00 is stored.")]


def test_more_refunded_than_was_captured():
    payment = settled_payment()
    refund = refund_succeed(refund=refund_create(payment=payment, amount=Decimal("20.00"), reason="Broken"))
    relax(Payment)
    change(refund, amount="30.00")
    change(payment, refunded_amount="30.00")
    change(payment.order, paid_total="-10.00")

    assert found(2) == [(f"payment {payment.pk}", "30.00 was refunded of 20.00 received.")]


def test_a_payment_whose_state_no_event_led_to():
    payment = settled_payment()
    change(payment, status="disputed")

    assert found(2) == [(f"payment {payment.pk}", "It is disputed, but its last event left it paid.")]


def test_a_payment_without_any_event():
    payment = settled_payment()
    relax(Payment, PaymentEvent)
    new = copy(payment, captured_amount="0.00", status="pending")

    assert found(2) == [(f"payment {new}", "It has no event at all.")]

"""No page of finance or invoices asks the database more often because it shows more rows."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from finance.models import Payment
from finance.services.events import payment_settle
from finance.services.periods import period_close
from finance.services.refunds import refund_create
from finance.tests.browsers import browser_of
from invoices.models import Invoice
from invoices.services.credit_notes import credit_note_issue
from invoices.tests.factories import issued_invoice
from orders.tests.factories import placed_order, stocked_variant

pytestmark = pytest.mark.django_db

# What each page costs; a test that fails prints the new figure.
SNAPSHOT = Path(__file__).with_name("query_counts.json")
MANY = 50


def make_documents(count: int) -> None:
    """Make orders with a payment, an invoice and a refund each."""
    variant = stocked_variant(on_hand=1000)
    for _ in range(count):
        order = placed_order(lines=[(variant, 1)])
        issued_invoice(order=order)
        payment = payment_settle(payment=Payment.objects.get(order=order)).payment
        refund_create(payment=payment, amount=Decimal("1.00"), reason="Scratched")


def make_one_invoice(count: int) -> None:
    """Make an invoice with many lines, and many credit notes."""
    invoice = issued_invoice(lines=[(stocked_variant(on_hand=10), 1) for _ in range(count)])
    for _ in range(max(1, count // 10)):
        credit_note_issue(invoice=invoice, amount=Decimal("1.00"), reason="Scratched")


def make_one_payment(count: int) -> None:
    """Make a payment with many events and refunds."""
    payment = Payment.objects.get(order=placed_order(lines=[(stocked_variant(price="100.00"), 1)]))
    payment_settle(payment=payment)
    for _ in range(count):
        refund_create(payment=payment, amount=Decimal("1.00"), reason="Scratched")


def make_locks(count: int) -> None:
    for month in range(count):
        day = dt.date(2000 + month // 12, month % 12 + 1, 1)
        period_close(date_from=day, date_to=day)


# What makes the rows → name of a page → its address.
PAGES: dict[Callable[[int], None], dict[str, Callable[[], str]]] = {
    make_documents: {
        "payment list": lambda: "finance/payment/",
        "payment search": lambda: "finance/payment/?q=O-1",
        "refund list": lambda: "finance/refund/",
        "event list": lambda: "finance/paymentevent/",
        "invoice list": lambda: "invoices/invoice/",
        "invoice search": lambda: "invoices/invoice/?q=INV",
        "invoice list by status": lambda: "invoices/invoice/?status__exact=paid",
    },
    make_locks: {"period list": lambda: "finance/periodlock/"},
    make_one_payment: {
        "payment page": lambda: f"finance/payment/{Payment.objects.get().pk}/change/",
        "refund page": lambda: f"finance/refund/{Payment.objects.get().refunds.first().pk}/change/",
    },
    make_one_invoice: {"invoice page": lambda: f"invoices/invoice/{Invoice.objects.get(kind='invoice').pk}/change/"},
}

# Pages that show more than a page of rows for many.
LONGER = {"event list"}


@pytest.mark.parametrize("make", PAGES, ids=lambda make: make.__name__)
def test_pages_cost_the_same_for_one_row_and_for_many(make):
    client = browser_of("Finance")
    counts: dict[int, dict[str, int]] = {}
    for count in (1, MANY):
        with transaction.atomic():
            make(count)
            counts[count] = {page: queries(client, f"/admin/{url()}") for page, url in PAGES[make].items()}
            transaction.set_rollback(True)

    # Only a list that is longer than a page is counted.
    assert counts[MANY] == {page: count + (page in LONGER) for page, count in counts[1].items()}
    recorded = json.loads(SNAPSHOT.read_text())
    assert {page: recorded.get(page) for page in counts[1]} == counts[1]


def queries(client: Client, url: str) -> int:
    client.get(url)  # what is asked once per process
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

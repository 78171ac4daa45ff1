"""How past sales were taxed: as stated, else by country and day, else not at all; and what does not follow from them."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.tests.factories import UserFactory
from backoffice.kernel.history.context import audit
from invoices.models import IssuePolicy
from invoices.selectors.awaiting import orders_awaiting_invoice
from orders.models import Order
from orders.services.privacy import orders_erase_of
from orders.tests.order_files import mugs, order, upload
from products.tests.factories import TaxRateFactory

pytestmark = pytest.mark.django_db

HEAD = "Order number,Ordered at,Customer email,Customer number,Country,VAT id,SKU,Quantity,Unit price,Tax rate,Shipping,Note\n"


def sold(*, day="2024-05-01", country="DE", vat_id="", rate="", price="11.90", **choices):
    """Upload one mug and return its order."""
    row = f"W-1,{day},kim@example.org,17,{country},{vat_id},MUG-BLUE,1,{price},{rate},0.00,Ring twice\n"
    done = upload(HEAD + row, **choices)
    return order("W-1"), done


def tax(found):
    line = found.lines.get()
    return line.tax_category, line.tax_rate, found.tax_total, found.total


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("S", "19.00", "1.90", "11.90")),
        ({"country": "FR", "day": "2013-05-01"}, ("S", "19.60", "1.95", "11.90")),
        ({"country": "FR"}, ("S", "20.00", "1.98", "11.90")),
        # Without a rate on file for a member state the shop's own rate applies.
        ({"country": "PL"}, ("S", "19.00", "1.90", "11.90")),
        ({"country": "FR", "vat_id": "FR40303265045"}, ("K", "0.00", "0.00", "11.90")),
        ({"country": "US"}, ("G", "0.00", "0.00", "11.90")),
        ({"rate": "7"}, ("S", "7.00", "0.78", "11.90")),
        ({"rate": "0"}, ("Z", "0.00", "0.00", "11.90")),
        ({"prices": "net", "price": "10.00"}, ("S", "19.00", "1.90", "11.90")),
        ({"country": "US", "prices": "net", "price": "10.00"}, ("G", "0.00", "0.00", "10.00")),
    ],
)
def test_the_rate_of_the_day(values, expected):
    mugs()
    TaxRateFactory(country="FR", rate=Decimal("19.60"), valid_from="2000-04-01")
    TaxRateFactory(country="FR", rate=Decimal("20.00"), valid_from="2014-01-01")

    found, done = sold(**values)

    category, rate, amount, total = expected
    assert tax(found) == (category, Decimal(rate), Decimal(amount), Decimal(total))
    assert done.warnings == []


def test_before_any_rate_on_file_there_is_no_tax_and_it_is_said():
    mugs()

    found, done = sold(day="1999-05-01")

    assert tax(found) == ("O", Decimal("0.00"), Decimal("0.00"), Decimal("11.90"))
    assert done.warnings == ["1 order has no tax: no rate of that day is on file, and the file states none: W-1"]


@pytest.mark.parametrize("policy", [IssuePolicy.ON_ORDER, IssuePolicy.ON_PAYMENT, IssuePolicy.ON_SHIPMENT])
def test_what_was_settled_elsewhere_awaits_no_invoice(policy):
    mugs()
    sold()

    assert list(orders_awaiting_invoice(policy=policy)) == []


def test_its_page_says_so(boss):
    mugs()
    found, _ = sold()

    page = boss.get(f"/admin/orders/order/{found.pk}/change/").content.decode()

    assert "Still due" not in page
    assert "elsewhere" in page
    assert "Settled elsewhere" in page
    assert "Customer&#x27;s number elsewhere" in page


def test_erasing_the_person_takes_the_number_too():
    mugs()
    customer = UserFactory(email="kim@example.org")
    found, _ = sold()
    assert (found.customer, found.external_customer, found.customer_note) == (customer, "17", "Ring twice")

    with audit(user=customer):
        orders_erase_of(customer=User.objects.get(pk=customer.pk))

    found.refresh_from_db()
    assert (found.external_customer, found.external_reference, found.customer_note) == ("", "", "")
    assert set(Order.history.values_list("external_customer", flat=True)) == {""}


def test_the_integrity_command_agrees():
    mugs()
    sold()

    out = StringIO()
    call_command("check_integrity", as_json=True, stdout=out, skip_checks=True)

    assert "error" not in json.loads(out.getvalue())

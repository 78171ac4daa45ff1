"""Whatever the order, its invoice recomputes from its stored rows to its stored totals."""

import contextlib
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices.arithmetic import stored_document
from invoices.models import Invoice
from invoices.services.following import invoice_issue_for_order
from invoices.tests.factories import IssuerFactory
from orders.services.drafts import order_update
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place
from orders.tests.factories import draft_order, stocked_variant
from products.models import Variant

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")
RATES = ("19.00", "7.00", "2.10")

prices = st.decimals(min_value="0.01", max_value="999.99", places=2)
lines = st.lists(st.tuples(st.sampled_from(RATES), prices, st.integers(1, 9)), min_size=1, max_size=6)


class UndoError(Exception):
    """Ends an example's transaction."""


@pytest.fixture
def variants() -> dict[str, Variant]:
    IssuerFactory()
    return {rate: stocked_variant(rate=rate, on_hand=1000) for rate in RATES}


@given(
    lines=lines,
    share=st.integers(0, 100),
    shipping=st.decimals(min_value="0.00", max_value="19.99", places=2),
    with_tax=st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_stored_rows_add_up(variants, lines, share, shipping, with_tax):
    goods = sum((price * quantity for _, price, quantity in lines), Decimal(0))
    discount = (goods * share / 100).quantize(CENT)
    with contextlib.suppress(UndoError), transaction.atomic():
        order = draft_order(lines=[], shipping_price=shipping, prices_include_tax=with_tax)
        new = [NewLine(variant=variants[rate], quantity=count, unit_price=price) for rate, price, count in lines]
        order_lines_add(order=order, new=new)
        order_update(order=order, values={"discount": discount})
        order_place(order=order)
        check(Invoice.objects.get(pk=invoice_issue_for_order(order=order).pk))
        raise UndoError


def check(invoice: Invoice) -> None:
    computed = stored_document(invoice)
    for name in ("lines_net", "allowances_net", "charges_net", "net", "tax", "gross"):
        assert getattr(computed, name) == getattr(invoice, name), name
    assert invoice.payable == invoice.order.total
    assert invoice.due == invoice.gross - invoice.prepaid + invoice.rounding
    for group in invoice.tax_breakdown.all():
        # EN 16931, BR-CO-17: half up to the cent, from the group's taxable amount.
        assert group.tax == (group.taxable * group.rate / 100 + Decimal("0.005")).quantize(CENT, rounding="ROUND_FLOOR")
    for line in invoice.lines.all():
        assert (
            line.net
            == (line.quantity * line.unit_price_net).quantize(CENT, rounding="ROUND_HALF_UP") - line.allowance_net
        )
    assert abs(invoice.rounding) <= CENT * (invoice.lines.count() + 4)

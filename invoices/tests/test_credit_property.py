"""However an invoice is credited, its credit notes recompute and never give back more than it asked for."""

import contextlib
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from invoices.arithmetic import stored_document
from invoices.exceptions import CreditRefused
from invoices.models import Invoice
from invoices.services.credit_notes import credit_note_issue
from invoices.services.following import invoice_issue_for_order
from invoices.tests.factories import IssuerFactory
from orders.services.drafts import order_update
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place
from orders.tests.factories import draft_order, stocked_variant
from products.models import Variant

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")

prices = st.decimals(min_value="0.01", max_value="49.99", places=2)
positions = st.lists(st.tuples(st.sampled_from(["19.00", "7.00"]), prices, st.integers(1, 4)), min_size=1, max_size=3)
by_pieces = st.tuples(st.just("pieces"), st.lists(st.integers(0, 3), min_size=3, max_size=3))
by_amount = st.tuples(st.just("amount"), st.decimals(min_value="0.01", max_value="60.00", places=2))
credits = st.lists(st.one_of(by_pieces, by_amount), min_size=1, max_size=4)


class UndoError(Exception):
    """Ends an example's transaction."""


@pytest.fixture
def variants() -> dict[str, Variant]:
    IssuerFactory()
    return {rate: stocked_variant(rate=rate, on_hand=1000) for rate in ("19.00", "7.00")}


@example(lines=[("19.00", CENT, 1)], share=0, shipping=CENT, wanted=[("pieces", [1, 0, 0])])
@example(lines=[("19.00", CENT, 1)], share=51, shipping=CENT, wanted=[("pieces", [1, 0, 0])])
@example(lines=[("19.00", CENT, 1)], share=51, shipping=Decimal("0.00"), wanted=[("amount", CENT)])
@example(
    lines=[("7.00", Decimal("0.50"), 2)],
    share=0,
    shipping=CENT,
    wanted=[("pieces", [1, 0, 0]), ("amount", CENT), ("pieces", [1, 0, 0])],
)
@given(
    lines=positions,
    share=st.integers(0, 60),
    shipping=st.decimals(min_value="0.00", max_value="9.99", places=2),
    wanted=credits,
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_credits_stay_within_the_invoice(variants, lines, share, shipping, wanted):
    goods = sum((price * quantity for _, price, quantity in lines), Decimal(0))
    with contextlib.suppress(UndoError), transaction.atomic():
        order = draft_order(lines=[], shipping_price=shipping)
        new = [NewLine(variant=variants[rate], quantity=count, unit_price=price) for rate, price, count in lines]
        order_lines_add(order=order, new=new)
        order_update(order=order, values={"discount": (goods * share / 100).quantize(CENT)})
        order_place(order=order)
        invoice = invoice_issue_for_order(order=order)
        for how, what in wanted:
            with contextlib.suppress(CreditRefused):
                check(credit(invoice, how, what))
        left = invoice.payable - sum((note.payable for note in invoice.credit_notes.all()), Decimal(0))
        assert left >= 0
        if left:
            check(credit_note_issue(invoice=invoice, reason="The rest"))
        invoice.refresh_from_db()
        notes = list(invoice.credit_notes.all())
        assert sum((note.payable for note in notes), Decimal(0)) == invoice.payable
        assert sum((note.gross for note in notes), Decimal(0)) <= invoice.gross
        # A discount may have left nothing to pay: then nothing is there to be credited either.
        assert (invoice.status, bool(notes)) == (("credited", True) if invoice.payable else ("paid", False))
        raise UndoError


def credit(invoice: Invoice, how: str, what: object) -> Invoice:
    if how == "amount":
        return credit_note_issue(invoice=invoice, amount=what, reason="Goodwill")
    pieces = {line.pk: Decimal(count) for line, count in zip(invoice.lines.all(), what, strict=False)}
    return credit_note_issue(invoice=invoice, quantities=pieces, reason="Back")


def check(note: Invoice) -> None:
    computed = stored_document(note)
    for name in ("lines_net", "allowances_net", "charges_net", "net", "tax", "gross"):
        assert getattr(computed, name) == getattr(note, name), name
        assert getattr(note, name) >= 0
    assert note.due > 0
    for line in note.lines.all():
        assert line.net >= 0
        assert line.allowance_net >= 0

"""Credit notes give back what was invoiced, to the cent, and never more."""

from decimal import Decimal

import pytest

from finance.models import Payment
from invoices.arithmetic import stored_document
from invoices.exceptions import CreditRefused
from invoices.models import Invoice, Series
from invoices.selectors.credits import credited_payable
from invoices.selectors.snapshots import invoice_snapshot
from invoices.services.credit_notes import credit_note_issue
from invoices.services.drafts import invoice_draft_for_order
from invoices.tests.factories import IssuerFactory, issued_invoice
from orders.tests.factories import placed_order, stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    """Three pieces at 33.33 with 19 %, one at 10.00 with 7 %, 5.00 off, 4.90 for shipping: 109.89."""
    return issued_invoice(
        lines=[(stocked_variant(price="33.33"), 3), (stocked_variant(price="10.00", rate="7.00"), 1)],
        discount=Decimal("5.00"),
        shipping_price=Decimal("4.90"),
    )


def pieces(invoice: Invoice, *counts: int) -> dict[int, Decimal]:
    return {line.pk: Decimal(count) for line, count in zip(invoice.lines.all(), counts, strict=True)}


def amounts(note: Invoice) -> tuple[str, ...]:
    return tuple(str(getattr(note, name)) for name in ("net", "tax", "gross", "rounding", "due"))


def recomputes(note: Invoice) -> None:
    computed = stored_document(note)
    for name in ("lines_net", "allowances_net", "charges_net", "net", "tax", "gross"):
        assert getattr(computed, name) == getattr(note, name), name
    stored = {(row.category, row.rate): (row.taxable, row.tax) for row in note.tax_breakdown.all()}
    assert stored == {(row.tax.category, row.tax.rate): (row.taxable, row.amount) for row in computed.groups}


def test_all_of_it_mirrors_the_invoice(invoice):
    note = credit_note_issue(invoice=invoice, reason="Order undone")

    assert amounts(note) == amounts(invoice) == ("93.26", "16.65", "109.91", "-0.02", "109.89")
    assert [(line.name, line.quantity, line.net) for line in note.lines.all()] == [
        (line.name, line.quantity, line.net) for line in invoice.lines.all()
    ]
    assert [(row.kind, row.net) for row in note.adjustments.all()] == [
        (row.kind, row.net) for row in invoice.adjustments.all()
    ]
    assert invoice.status == "credited"
    recomputes(note)


def test_it_is_a_document_of_its_own_that_names_the_invoice(invoice):
    note = credit_note_issue(invoice=invoice, reason="Order undone")

    assert (note.kind, note.corrects, note.note, note.status) == ("credit_note", invoice, "Order undone", "issued")
    assert note.number == invoice.number.replace("INV", "CN")
    assert sorted(Series.objects.values_list("kind", "counter")) == [("credit_note", 1), ("invoice", 1)]
    meta = invoice_snapshot(note).meta
    assert (meta.corrects.number, meta.corrects.issued_on) == (invoice.number, invoice.issued_on)
    assert (note.buyer_snapshot, note.order_number) == (invoice.buyer_snapshot, invoice.order_number)


def test_pieces_carry_their_share_of_the_discount(invoice):
    note = credit_note_issue(invoice=invoice, quantities=pieces(invoice, 1, 0), reason="One came back")

    assert [(line.quantity, line.net) for line in note.lines.all()] == [(Decimal(1), Decimal("28.01"))]
    assert [(row.kind, str(row.net)) for row in note.adjustments.all()] == [("discount", "1.27")]
    assert amounts(note) == ("26.74", "5.08", "31.82", "0.00", "31.82")
    invoice.refresh_from_db()
    assert invoice.status == "issued"
    recomputes(note)


def test_pieces_one_by_one_and_the_rest_credit_all_of_it(invoice):
    notes = [
        credit_note_issue(invoice=invoice, quantities=pieces(invoice, 1, 0), reason="Back"),
        credit_note_issue(invoice=invoice, quantities=pieces(invoice, 1, 1), reason="Back"),
        credit_note_issue(invoice=invoice, reason="The rest"),
    ]

    for note in notes:
        recomputes(note)
    assert sum(note.due for note in notes) == Decimal("109.89")
    assert sum(note.gross for note in notes) <= invoice.gross
    invoice.refresh_from_db()
    assert invoice.status == "credited"


def test_an_amount_is_spread_over_the_rates(invoice):
    note = credit_note_issue(invoice=invoice, amount=Decimal("50.00"), reason="Goodwill")

    assert [(str(row.rate), str(row.taxable), str(row.tax)) for row in note.tax_breakdown.order_by("-rate")] == [
        ("19.00", "38.36", "7.29"),
        ("7.00", "4.07", "0.28"),
    ]
    assert amounts(note) == ("42.43", "7.57", "50.00", "0.00", "50.00")
    assert {line.name for line in note.lines.all()} == {f"Credit on invoice {invoice.number}"}
    recomputes(note)


def test_amounts_up_to_the_last_cent(invoice):
    for amount in ("50.00", "50.00", "9.89"):
        recomputes(credit_note_issue(invoice=invoice, amount=Decimal(amount), reason="Goodwill"))

    invoice.refresh_from_db()
    assert credited_payable(invoice) == Decimal("109.89")
    assert invoice.status == "credited"


def test_what_was_agreed_goes_into_the_rounding(invoice):
    note = credit_note_issue(
        invoice=invoice, quantities=pieces(invoice, 1, 0), payable=Decimal("31.81"), reason="One came back"
    )

    assert amounts(note) == ("26.74", "5.08", "31.82", "-0.01", "31.81")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"amount": Decimal("109.90")}, r"109\.90 EUR cannot be credited: 109\.89 are left"),
        ({"amount": Decimal("0.00")}, r"0\.00 EUR cannot be credited"),
        ({"quantities": {0: Decimal(1)}}, "Line 0 is not on"),
        ({"quantities": {}}, "No pieces were chosen"),
        ({"quantities": {}, "amount": Decimal(1)}, "not both"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_what_does_not_fit_is_refused(invoice, how, why):
    with pytest.raises(CreditRefused, match=why):
        credit_note_issue(**{"invoice": invoice, "reason": "Back", **how})

    assert Invoice.objects.filter(kind="credit_note").count() == 0


def test_more_pieces_than_are_left_are_refused(invoice):
    credit_note_issue(invoice=invoice, quantities=pieces(invoice, 2, 0), reason="Back")

    with pytest.raises(CreditRefused, match=r"2 of .* cannot be credited: 1 are left"):
        credit_note_issue(invoice=invoice, quantities=pieces(invoice, 2, 0), reason="Back")

    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_a_credited_invoice_is_not_credited_again(invoice):
    credit_note_issue(invoice=invoice, reason="Order undone")

    with pytest.raises(CreditRefused, match="is credited in full already"):
        credit_note_issue(invoice=invoice, reason="Again")


def test_pieces_at_other_than_their_price_are_refused(invoice):
    with pytest.raises(CreditRefused, match="cannot be credited"):
        credit_note_issue(
            invoice=invoice, quantities=pieces(invoice, 1, 0), payable=Decimal("50.00"), reason="Too much"
        )


def test_drafts_and_credit_notes_are_not_credited(invoice):
    note = credit_note_issue(invoice=invoice, amount=Decimal("1.00"), reason="Goodwill")
    IssuerFactory()
    draft = invoice_draft_for_order(order=placed_order())

    for document in (note, draft):
        with pytest.raises(CreditRefused, match="is no issued invoice"):
            credit_note_issue(invoice=document, reason="Back")


def test_tax_that_rounds_up_each_time_never_gives_back_more():
    invoice = issued_invoice(lines=[(stocked_variant(price="0.03"), 3)])
    assert amounts(invoice) == ("0.08", "0.02", "0.10", "-0.01", "0.09")
    [line] = invoice.lines.all()

    notes = [
        credit_note_issue(invoice=invoice, quantities={line.pk: Decimal(1)}, payable=Decimal("0.03"), reason="Back")
        for _ in range(3)
    ]

    for note in notes:
        recomputes(note)
    assert sum(note.due for note in notes) == Decimal("0.09")
    assert sum(note.gross for note in notes) <= invoice.gross
    assert Payment.objects.count() == 1

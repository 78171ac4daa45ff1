"""What stands where: page breaks with carried totals, nothing beyond the margins, nothing on top of something else."""

import io
import re
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.kernel.documents import document as kernel_document
from backoffice.kernel.documents.canvas import write_pdf
from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.page import MM, PictureOp, RuleOp, TextOp
from invoices.documents import document_text, render_invoice
from invoices.snapshot import PostalAddress

from .cases import LONG, cases
from .samples import BUYERS, pdf_text, snapshot, with_line

CASES = cases()
LEFT, RIGHT = 25 * MM, 190 * MM
_ASCENT, _DESCENT = 0.7, 0.18  # of digits and most letters; accents may reach higher


@pytest.fixture
def pages_of(monkeypatch):
    """Return a function that renders a document and returns its pages as lists of what is drawn."""
    written = []

    def write(pages, info):
        written.append(list(pages))
        return write_pdf(pages, info)

    monkeypatch.setattr(kernel_document, "write_pdf", write)

    def render(document):
        render_invoice(document)
        return written.pop()

    return render


def width(op):
    return face(bold=op.style.bold).width(op.glyphs, op.style.size)


def box(op):
    size = op.style.size
    return op.x, op.x + width(op), op.y - _DESCENT * size, op.y + _ASCENT * size


def overlap(first, second):
    left, right, bottom, top = first
    other_left, other_right, other_bottom, other_top = second
    return (
        min(right, other_right) - max(left, other_left) > 0.1 and min(top, other_top) - max(bottom, other_bottom) > 0.1
    )


def texts(page):
    return [op for op in page.ops if isinstance(op, TextOp) and op.glyphs.strip()]


def faults(pages):
    """Return texts that leave the margins or touch another text."""
    found = []
    for page in pages:
        found += [
            op.glyphs for op in texts(page) if op.x < LEFT - 0.1 or op.x + width(op) > RIGHT + 0.1 or op.y < 8 * MM
        ]
        boxes = [(op.glyphs, box(op)) for op in texts(page)]
        found += [(one, other) for (one, here), (other, there) in combinations(boxes, 2) if overlap(here, there)]
    return found


@pytest.mark.parametrize("name", sorted(CASES))
def test_nothing_leaves_the_margins_or_touches_something_else(name, pages_of):
    assert faults(pages_of(CASES[name])) == []


WORDS = st.text("abcdefgMWÄß-/ 0", min_size=1, max_size=160)


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS, min_size=9, max_size=9), st.integers(2, 11), st.sampled_from(("en", "de", "fr", "ar")))
def test_long_texts_and_large_amounts_keep_to_their_places(words, digits, language):
    address = PostalAddress(*words[:4], words[4][:20], words[5][:80], "", "FR")
    document = snapshot(language, count=2, discount="1", prepaid="1.00", with_logo=False)
    document = with_line(document, 1, name=words[6], sku=words[7][:100], unit_price_net=Decimal(9).scaleb(digits - 2))
    totals = replace(document.totals, due=Decimal("9" * digits + ".99"), net=-Decimal("9" * digits + ".99"))
    document = replace(
        document,
        buyer=replace(document.buyer, address=address),
        issuer=replace(document.issuer, address=replace(address, name=words[8])),
        totals=totals,
    )
    written = []

    def write(pages, info):
        written.extend(pages)
        return write_pdf(pages, info)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_document, "write_pdf", write)
        render_invoice(document)
    assert faults(written) == []


def page_texts(document) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render_invoice(document))).pages]


def test_sixty_lines_carry_a_total_that_adds_up_over_each_break():
    document = snapshot("en", count=60)
    pages = page_texts(document)
    assert len(pages) == 3
    nets = {str(line.position): line.net for line in document.lines}
    running = Decimal(0)
    for number, page in enumerate(pages):
        assert "No. Item Quantity Unit price VAT Net EUR" in page
        if number:
            assert f"Brought forward {running:,.2f}\n" in page
        running += sum(nets[position] for position in re.findall(r"(?m)^(\d+) (?:Organic|Kettle|Coffee)", page))
        is_last = number == len(pages) - 1
        assert (f"Carried forward {running:,.2f}\n" in page) is not is_last
        assert page.endswith(f"Page {number + 1} of 3")
        assert ("Invoice INV-2026-000123 · Example Trade GmbH" in page) is (number > 0)
    assert running == document.totals.lines_net
    assert "Amount due" in pages[-1]


@pytest.mark.parametrize("count", range(5, 30))
def test_the_totals_stand_together_with_the_last_line(count):
    pages = page_texts(snapshot("en", count=count, discount="10"))
    last = pages[-1]
    assert re.search(rf"(?m)^{count} (?:Organic|Kettle|Coffee)", last) is not None
    assert [label in last for label in ("Items, net", "Total net", "Total incl. VAT", "Amount due", "Payment")] == [
        True
    ] * 5


def test_ten_lines_with_everything_are_one_page():
    assert len(page_texts(snapshot("en", count=10, discount="10"))) == 1


def test_the_address_is_where_the_window_shows_it(pages_of):
    for language in BUYERS:
        page = pages_of(snapshot(language))[0]
        bottom, top = page.size.height - 90 * MM, page.size.height - 62.7 * MM
        inside = [op for op in texts(page) if bottom < op.y < top and op.x < 105 * MM]
        assert len({op.y for op in inside}) == 5
        assert all(op.x >= 25 * MM - 0.1 and op.x + width(op) <= 105 * MM + 0.1 for op in inside)


def test_an_address_that_no_window_shows_is_printed_whole():
    document = CASES["very_long_texts"]
    squeezed = "".join(pdf_text(render_invoice(document)).split())
    assert "".join(document.buyer.address.company.split()) in squeezed
    assert "".join(document.buyer.address.name.split()) in squeezed


def test_columns_are_flush(pages_of):
    """Amounts of the lines, of the totals and the head of their column end at one edge."""
    for language, edge in (("en", RIGHT), ("ar", LEFT + 80)):
        page = pages_of(snapshot(language, count=3))[0]
        amounts = [op for op in texts(page) if re.search(r"\d\.\d\d$", op.glyphs.strip("\u200e\u200f €"))]
        ends = {round(op.x + width(op), 1) for op in amounts if op.style.size == 8.5 and not op.style.bold}
        assert round(edge, 1) in ends


def test_fold_marks_and_logo(pages_of):
    page = pages_of(snapshot("en"))[0]
    marks = sorted(
        round((page.size.height - op.ends[1]) / MM, 1) for op in page.ops if isinstance(op, RuleOp) and op.ends[0] < 10
    )
    assert marks == [105.0, 148.5, 210.0]
    (logo,) = [op for op in page.ops if isinstance(op, PictureOp)]
    assert (round(logo.box[0], 1), round(logo.box[2] / MM, 1)) == (round(LEFT, 1), 54.0)
    assert [op for op in pages_of(CASES["no_logo"])[0].ops if isinstance(op, PictureOp)] == []


def test_a_line_higher_than_a_page_goes_on_over_the_break():
    document = snapshot("en", count=2, names=(LONG * 20, "Kettle"))
    pages = page_texts(document)
    assert sum(page.count("extraordinarily") for page in pages) == 20
    assert [page.count("Carried forward 19.90\n") for page in pages] == [0, 1, 1, 0]


def test_texts_beyond_the_limits_of_the_database_still_render():
    document = replace(snapshot("en", count=1), note="word " * 5000)
    assert document_text(render_invoice(document)).count("word") == 5000

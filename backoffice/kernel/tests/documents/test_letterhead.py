"""What stands around the text: first and later pages, footer, numbers, marks, address window."""

import io
import re

import pypdf
import pytest

from backoffice.kernel.documents.errors import DoesNotFit, MissingGlyph
from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.labels import A4_3_BY_8, ROLL_100_BY_150, LabelSheet, draw_labels
from backoffice.kernel.documents.letterhead import WINDOW_BOTTOM, Letterhead, draw_address_window
from backoffice.kernel.documents.page import A4, MM, Page, PictureOp, RuleOp, Size, TextOp
from backoffice.kernel.documents.pictures import Picture
from backoffice.kernel.documents.text import Style, TextBlock

from .samples import INFO, drawn, new_document, page_lines, page_texts, png

ADDRESS = "Müller & Söhne KG\nRue de la Paix 3\n75002 Paris\nFrance"


def letterhead(**options) -> Letterhead:
    values = {
        "sender": "Example GmbH\nBerlin",
        "page_label": lambda number, total: f"Page {number} of {total}",
        "running_title": "Invoice 1",
        "footer": ("Example GmbH\nHRB 1", "IBAN DE02"),
        **options,
    }
    return Letterhead(**values)


def three_pages(**options):
    document = new_document(furniture=letterhead(**options))
    for _ in range(2):
        document.flow.new_page()
    return document


def test_each_page_says_which_of_how_many_it_is():
    pages = page_lines(three_pages().finish())
    assert [page[-1] for page in pages] == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]


def test_the_sender_stands_on_the_first_page_and_the_title_on_the_others():
    document = three_pages()
    document.finish()
    footer = ["Example GmbH", "HRB 1", "IBAN DE02"]
    assert [drawn(page)[:-1] for page in document.pages] == [
        ["Example GmbH", "Berlin", *footer],
        ["Invoice 1", *footer],
        ["Invoice 1", *footer],
    ]


def test_text_keeps_clear_of_header_and_footer():
    document = new_document(furniture=letterhead(logo=Picture.from_bytes(png(100, 100)), logo_height=60))
    document.flow.put(TextBlock("\n".join(["text"] * 150), Style()))
    document.finish()
    assert len(document.pages) == 3
    for number, page in enumerate(document.pages):
        body = [op.y for op in page.ops if isinstance(op, TextOp) and op.glyphs == "text"]
        around = [op.y for op in page.ops if isinstance(op, TextOp) and op.glyphs != "text"]
        assert min(body) > max(y for y in around if y < A4.height / 2) + 9
        assert max(body) < min(y for y in around if y > A4.height / 2) - 9
        if number == 0:
            (logo,) = (op for op in page.ops if isinstance(op, PictureOp))
            assert max(body) < logo.box[1]


def test_the_logo_stands_where_reading_starts():
    for direction, left in (("ltr", 20 * MM), ("rtl", A4.width - 20 * MM - 51)):
        document = new_document(
            direction=direction, furniture=letterhead(logo=Picture.from_bytes(png()), logo_height=51)
        )
        document.finish()
        (logo,) = (op for op in document.pages[0].ops if isinstance(op, PictureOp))
        x, _, width, height = logo.box
        assert (width, height) == pytest.approx((102, 51))
        assert x == pytest.approx(left if direction == "ltr" else left - 51)


def test_fold_marks_are_at_the_left_edge_in_both_directions():
    for direction in ("ltr", "rtl"):
        document = new_document(direction=direction, furniture=letterhead(fold_marks=True))
        document.finish()
        marks = [op.ends for op in document.pages[0].ops if isinstance(op, RuleOp) and op.weight == 0.3]
        heights = [round((A4.height - mark[1]) / MM, 1) for mark in marks]
        assert heights == [105.0, 210.0, 148.5]
        assert [round(min(mark[0], mark[2]) / MM, 2) for mark in marks] == [3.0, 3.0, 3.0]


@pytest.mark.parametrize("rtl", [False, True])
def test_the_address_is_in_the_window_of_the_envelope(rtl):
    page = Page(A4, rtl)
    draw_address_window(page, ADDRESS, return_line="Example GmbH · Berlin")
    assert drawn(page) == ["Example GmbH · Berlin", *ADDRESS.split("\n")]
    for op in page.ops:
        assert 25 * MM - 0.01 <= op.x < 105 * MM
        assert 45 * MM < A4.height - op.y < 90 * MM
    assert WINDOW_BOTTOM == 90 * MM


def test_a_long_return_line_stays_within_the_window():
    page = Page(A4)
    draw_address_window(page, ADDRESS, return_line="Example Trading with a very long name GmbH · " * 3)
    (line,) = [op for op in page.ops if isinstance(op, TextOp) and op.glyphs.startswith("Example Trading")]
    assert line.x + face().width(line.glyphs, line.style.size) == pytest.approx(105 * MM, abs=0.01)


def test_an_address_too_long_for_the_window_is_refused():
    with pytest.raises(DoesNotFit, match="more lines than the window"):
        draw_address_window(Page(A4), "\n".join("1234567"))


def test_a_missing_glyph_names_the_place():
    with pytest.raises(MissingGlyph) as refusal:
        new_document(furniture=letterhead(footer=("漢",)))
    assert refusal.value.where == "footer"


def labels_of(count):
    return [TextBlock(f"Label {number}", Style()) for number in range(1, count + 1)]


def test_labels_fill_the_sheet_row_by_row():
    assert [A4_3_BY_8.place(index)[0] for index in (0, 23, 24)] == [0, 0, 1]
    _, x, y = A4_3_BY_8.place(4)
    assert (x, y) == pytest.approx((70 * MM, 37.5 * MM))


def test_each_label_is_printed_once():
    pages = page_texts(draw_labels(INFO, A4_3_BY_8, labels_of(30)))
    assert [page.split() for page in pages] == [
        [word for number in range(1, 25) for word in ("Label", str(number))],
        [word for number in range(25, 31) for word in ("Label", str(number))],
    ]


def test_labels_already_taken_are_skipped():
    assert len(page_texts(draw_labels(INFO, A4_3_BY_8, labels_of(2), skip=23))) == 2


def test_a_label_on_a_roll_is_a_page():
    assert page_texts(draw_labels(INFO, ROLL_100_BY_150, labels_of(3))) == ["Label 1", "Label 2", "Label 3"]


def test_labels_begin_at_the_right_edge_in_arabic():
    sheet = LabelSheet(sheet=Size(200, 100), columns=2, rows=1, label=Size(100, 100), padding=0)
    pdf = draw_labels(INFO, sheet, [TextBlock(text, Style(align="end")) for text in ("one", "two")], direction="rtl")
    content = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data().decode()
    assert re.findall(r"1 0 0 1 (\S+) \S+ Tm[^(]*\((\w+)\)", content) == [("100.00", "one"), ("0.00", "two")]


def test_what_a_label_cannot_hold_is_refused():
    with pytest.raises(DoesNotFit, match="label 2 needs 117 points of height; it has 82"):
        draw_labels(INFO, A4_3_BY_8, [TextBlock("a", Style()), TextBlock("\n" * 9, Style())])


def test_no_labels_are_refused():
    with pytest.raises(ValueError, match="there is no label to print"):
        draw_labels(INFO, A4_3_BY_8, [])

"""Arabic and Hebrew: joined, wrapped in reading order, drawn in visual order."""

import unicodedata

import bidi as reference
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.kernel.documents.bidi import has_rtl, is_rtl, shape
from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.levels import embedding_levels
from backoffice.kernel.documents.text import Style, wrap

from .samples import ARABIC_NAME, glyph_lines, page_texts, printed

LETTERS = "abX אבג ابتمن 019 ٣٤ ()[]<>{}.,:;-+/%€$!?\"'#* \u0301\u064e\u200f\u200e"


def joined(text: str) -> str:
    """Return joined Arabic in the order of drawing."""
    return shape(text)[::-1]


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from(LETTERS), min_size=1, max_size=24), rtl=st.booleans())
def test_order_agrees_with_the_reference_implementation(text, rtl):
    levels = embedding_levels(text, rtl=rtl)
    order = list(range(len(text)))
    for level in range(max(levels), 0, -1):
        position = 0
        while position < len(order):
            end = position
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[position:end] = reversed(order[position:end])
            position = end + 1
    # The reference reorders without mirroring brackets.
    assert "".join(text[position] for position in order) == reference.get_display(text, base_dir="R" if rtl else "L")


def test_letters_are_joined_and_reversed():
    assert glyph_lines("فاتورة") == ["\ufe93\ufead\ufeee\ufe97\ufe8e\ufed3"]


def test_brackets_around_arabic_are_mirrored():
    assert glyph_lines("فاتورة (نسخة)") == ["(" + joined("نسخة") + ") " + joined("فاتورة")]


def test_brackets_around_latin_stay_with_it():
    assert glyph_lines(ARABIC_NAME) == ["T-shirt (XL) " + joined("قميص")]


def test_a_latin_line_of_an_arabic_document_keeps_its_order():
    assert [line.text for line in wrap("GmbH (Berlin).", width=400, style=Style())] == ["GmbH (Berlin)."]
    assert page_texts(printed("GmbH (Berlin).", rtl=True)) == ["GmbH (Berlin)."]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("رقم 123-456", "456-123 " + joined("رقم")),
        ("رقم INV-2026-01", "INV-2026-01 " + joined("رقم")),
        ("السعر 1,234.50 دولار", joined("دولار") + " 1,234.50 " + joined("السعر")),
        ("\u200f1,234.50\u00a0€", "€\u00a01,234.50\u200f"),
        ("خصم 19%", "%19 " + joined("خصم")),
        ("٣٤ قطعة", joined("قطعة") + " ٣٤"),
    ],
)
def test_digits_and_latin_run_from_left_to_right(text, drawn):
    assert glyph_lines(text) == [drawn]


def test_wrapping_comes_before_reordering():
    text = "الأول الثاني الثالث الرابع"
    width = face().width(shape("الثالث الرابع"), 9)
    assert glyph_lines(text, width=width) == [joined("الأول الثاني"), joined("الثالث الرابع")]


def test_a_long_latin_part_wraps_in_reading_order():
    text = "قميص Organic Cotton"
    width = face().width(shape("قميص Organic"), 9)
    assert glyph_lines(text, width=width) == ["Organic " + joined("قميص"), "Cotton"]


def test_widths_are_those_of_the_joined_letters():
    (line,) = wrap("فاتورة", width=400, style=Style(size=10))
    assert line.width == pytest.approx(face().width(shape("فاتورة"), 10))
    assert line.width != pytest.approx(face().width("فاتورة", 10))


@pytest.mark.parametrize("text", ["عبد الله", "لا إله", "مُحَمَّد", "پژوهش گچ", "بِسْمِ"])
@pytest.mark.parametrize("bold", [False, True])
def test_joined_letters_have_glyphs_in_both_weights(text, bold):
    assert face(bold=bold).covers(shape(text)) is True


def test_every_arabic_letter_of_the_font_has_its_joined_forms():
    letters = [c for c in face().characters() if "\u0620" <= c <= "\u06ff" and unicodedata.category(c) == "Lo"]
    assert len(letters) > 60
    for letter in letters:
        for text in (letter, f"ب{letter}", f"{letter}ب", f"ب{letter}ب"):
            assert face().covers(shape(text)) is True, f"U+{ord(letter):04X}"


def test_vowel_marks_are_kept():
    assert sorted(c for c in shape("مُحَمَّد") if unicodedata.combining(c)) == ["\u064e", "\u064e", "\u064f", "\u0651"]


@pytest.mark.parametrize(
    ("text", "in_rtl_document", "expected"),
    [
        ("Hello", True, False),
        ("123 (4)", True, False),
        ("T-shirt قميص", True, True),
        ("T-shirt قميص", False, False),
        ("قميص T-shirt", False, True),
        ("(1) שלום", False, True),
    ],
)
def test_base_direction(text, in_rtl_document, expected):
    assert is_rtl(text, in_rtl_document=in_rtl_document) is expected


@pytest.mark.parametrize(("text", "expected"), [("", False), ("Ünïcödé €", False), ("שלום", True), ("٣", True)])
def test_has_rtl(text, expected):
    assert has_rtl(text) is expected


def test_an_override_in_a_name_turns_nothing_around():
    assert glyph_lines("a\u202egnp.exe", rtl=True) == ["a\u202egnp.exe"]
    assert glyph_lines("\u202eقميص abc", rtl=True)[0].endswith(joined("قميص") + "\u202e")


def test_the_text_of_an_arabic_page_reads_back_in_reading_order():
    text = "فاتورة ضريبية رقم INV-2026-01 بتاريخ 2026"
    (found,) = page_texts(printed(text, rtl=True))
    # The order is right; the reader puts the space at the end of a right-to-left run before it.
    assert found == " فاتورة ضريبية رقمINV-2026-01  بتاريخ2026"


def test_a_sign_whose_mirror_the_font_lacks_stays_as_it_is():
    assert face().covers("⫞") is False
    assert glyph_lines("א⊦א") == ["א⊦א"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.sampled_from([*face().characters(), *"ابتثجح אבג 12 ()[]"]), min_size=1, max_size=40),
    rtl=st.booleans(),
    width=st.sampled_from([5, 60, 2000]),
)
def test_any_text_of_the_font_is_drawn_whole_in_both_directions(text, rtl, width):
    style = Style()
    for line in wrap(text, width=width, style=style):
        if line.has_rtl:
            runs = line.runs(in_rtl_document=rtl)
            assert sum(len(run.glyphs) for run in runs) == len(shape(line.text))
            assert all(face().covers(run.glyphs) for run in runs) is True

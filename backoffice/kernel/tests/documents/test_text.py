"""The text on the page is the text that went in."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.kernel.documents.bidi import has_rtl
from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.text import Style, TextBlock, fitted, single_line, wrap

from .samples import page_lines, page_texts, printed

# Left out: what runs from right to left (test_bidi), with its marks, which pypdf
# reverses wherever they stand; spaces, which it joins; and the soft hyphen,
# which is dropped by intent.
LEFT_TO_RIGHT = [
    character
    for character in face().characters()
    if not has_rtl(character)
    and not "\u0590" <= character <= "\u08ff"
    and not "\ufb1d" <= character <= "\ufeff"
    and unicodedata.category(character) not in ("Zs", "Zl", "Zp")
    and character != "\u00ad"
]
WORD = st.text(st.sampled_from(LEFT_TO_RIGHT), min_size=1, max_size=8)


@pytest.mark.parametrize(
    "text",
    [
        "Foo <x@y.com> bar",
        '<img src="file:///etc/passwd"/>',
        "an unclosed <b> tag",
        "<para>&amp; &lt; &#65; %s {0} \\n (a) [b]",
        "5 < 6 & 7 > 6",
        "Łódź – Ελλάδα – Київ – “quoted” €",
    ],
)
def test_data_is_printed_as_it_stands(text):
    assert page_texts(printed(text)) == [text]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORD, min_size=1, max_size=6), bold=st.booleans())
def test_any_text_of_the_font_reads_back(words, bold):
    text = " ".join(words)
    if not face(bold=bold).covers(text):
        return
    lines = page_lines(printed(text, width=5000, style=Style(bold=bold)))[0]
    assert lines == [text]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text("abcdefgXYZäé-/", min_size=1, max_size=40), min_size=1, max_size=30))
def test_wrapping_loses_nothing_and_keeps_to_the_width(words):
    text = " ".join(words)
    lines = wrap(text, width=120, style=Style())
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    assert [line.text for line in lines if line.width > 120.01] == []


def test_lines_break_at_spaces_and_at_line_breaks():
    text = "one two three four\nfive\r\nsix\u2028seven"
    lines = wrap(text, width=face().width("one two three", 9), style=Style())
    assert [line.text for line in lines] == ["one two three", "four", "five", "six", "seven"]


def test_blank_lines_stay_blank():
    lines = wrap("one\n\ntwo", width=100, style=Style())
    assert [line.text for line in lines] == ["one", "", "two"]
    assert TextBlock("one\n\ntwo", Style(size=10, leading=12)).height(100) == 36


def test_inner_spaces_are_kept_and_those_at_a_break_go():
    width = face().width("a  b", 9)
    assert [line.text for line in wrap("a  b  c", width=width, style=Style())] == ["a  b", "c"]


def test_a_long_word_breaks_after_punctuation():
    word = "https://shop.example.com/products/organic-cotton-shirts+more"
    width = face().width("https://shop.example.com/prod", 9)
    lines = [line.text for line in wrap(word, width=width, style=Style())]
    assert lines == ["https://shop.example.com/", "products/organic-cotton-", "shirts+more"]


def test_a_word_without_punctuation_breaks_anywhere():
    lines = wrap("W" * 10, width=face().width("WWWW", 9), style=Style())
    assert [line.text for line in lines] == ["WWWW", "WWWW", "WW"]


def test_a_box_narrower_than_a_letter_takes_one_letter_per_line():
    assert [line.text for line in wrap("WW", width=1, style=Style())] == ["W", "W"]


def test_a_mark_stays_with_its_letter():
    lines = wrap("e\u0301" * 4, width=face().width("ee", 9), style=Style())
    assert [line.text for line in lines] == ["e\u0301e\u0301", "e\u0301e\u0301"]


def test_tabs_become_spaces_and_soft_hyphens_go():
    assert page_texts(printed("a\tb Donau\u00addampf")) == ["a b Donaudampf"]


def test_no_break_spaces_hold_words_together():
    width = face().width("1 234,50", 9)
    lines = wrap("Sum 1\u202f234,50\u00a0€", width=width, style=Style())
    assert lines[0].text == "Sum"


@pytest.mark.parametrize("value", [5, None, b"bytes", ["list"]])
def test_only_plain_strings_are_text(value):
    with pytest.raises(TypeError) as refusal:
        TextBlock(value, Style()).height(100)
    assert str(refusal.value) == f"a document is made of plain str, not {type(value).__name__}: {value!r}"


def test_subclasses_of_str_that_claim_to_be_markup_are_refused():
    from django.utils.safestring import mark_safe

    with pytest.raises(TypeError, match="not SafeString"):
        TextBlock(mark_safe("<b>"), Style()).height(100)


def test_a_text_that_is_too_wide_for_one_line_is_set_smaller():
    style = Style(size=9, align="number")
    text = "1,234,567,890.00"
    assert fitted(text, style=style, width=500) is style
    smaller = fitted(text, style=style, width=50)
    assert smaller.align == "number"
    assert single_line(text, style=smaller).width == pytest.approx(50)


def test_a_block_divides_between_lines():
    block = TextBlock("a\nb\nc", Style(size=10, leading=10))
    first, rest = block.split(100, 25)
    assert (first.height(100), rest.height(100)) == (20, 10)
    assert block.split(100, 9) is None
    assert block.split(100, 30) is None

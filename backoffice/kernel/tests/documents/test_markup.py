"""Data in platypus: escaped, checked, in both directions."""

import io

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import SimpleDocTemplate

from backoffice.kernel.documents.errors import MissingGlyph
from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.markup import TextFlowable, escape, paragraph
from backoffice.kernel.documents.text import Style

from .samples import page_texts

STYLE = ParagraphStyle("body")


def story(*flowables) -> list[str]:
    output = io.BytesIO()
    SimpleDocTemplate(output, initialFontName=face().name).build(list(flowables))
    return [text.rstrip("\n") for text in page_texts(output.getvalue())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foo <x@y.com> bar", "Foo &lt;x@y.com&gt; bar"),
        ('<img src="a.png"/>', '&lt;img src="a.png"/&gt;'),
        ("<b>unclosed", "&lt;b&gt;unclosed"),
        ("R&D &amp; more", "R&amp;D &amp;amp; more"),
        ("two\r\nlines\nthree", "two<br/>lines<br/>three"),
    ],
)
def test_escape(text, expected):
    assert escape(text) == expected


@pytest.mark.parametrize(
    "text", ["Foo <x@y.com> bar", '<img src="/etc/passwd"/>', "<b>unclosed", "&#65; &amp;", "a]]>b"]
)
def test_a_paragraph_prints_data_as_it_stands(text):
    assert story(paragraph(text, STYLE)) == [text]


def test_a_paragraph_refuses_what_the_font_lacks():
    with pytest.raises(MissingGlyph) as refusal:
        paragraph("漢", STYLE, where="note")
    assert refusal.value.where == "note"


def test_only_plain_strings_are_escaped():
    from django.utils.safestring import mark_safe

    for value in (None, 5, mark_safe("<b>")):
        with pytest.raises(TypeError, match="plain str"):
            escape(value)


def test_a_flowable_prints_both_directions():
    (text,) = story(
        TextFlowable("Foo <x@y.com> bar", Style()),
        TextFlowable("فاتورة ضريبية", Style(), direction="rtl"),
        TextFlowable("GmbH (Berlin)", Style(), direction="rtl"),
    )
    assert text.split("\n") == ["Foo <x@y.com> bar", "فاتورة ضريبية", "GmbH (Berlin)"]

"""Pick list, packing slip and labels: the paper says what the database says, and the same each time."""

import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from backoffice.kernel.documents.errors import DocumentError, MissingGlyph
from orders.documents import (
    LabelSnapshot,
    PackingSlipSnapshot,
    PickListSnapshot,
    PickRow,
    SlipLine,
    render_labels,
    render_packing_slips,
    render_pick_list,
)
from orders.documents.wording import slip_words

MOMENT = dt.datetime(2026, 5, 4, 9, 30, tzinfo=dt.UTC)


def text_of(pdf, page=None):
    reader = PdfReader(io.BytesIO(pdf))
    pages = reader.pages if page is None else [reader.pages[page]]
    return "\n".join(found.extract_text() for found in pages)


def pages_of(pdf):
    return len(PdfReader(io.BytesIO(pdf)).pages)


def pick_list(rows):
    return PickListSnapshot("Demo Shop", MOMENT, ("O-100001", "O-100002"), tuple(rows))


def slip(**changed):
    values = {
        "sender": ("Demo Shop",),
        "address": ("Kim Example", "Musterweg 1", "01067 Dresden"),
        "number": "S-100001",
        "order": "O-100001",
        "ordered_on": dt.date(2026, 5, 3),
        "carrier": "DHL",
        "tracking": "JD0146",
        "language": "en",
        "created_at": MOMENT,
        "lines": (SlipLine("KET-1", "Copper kettle", 3, 2, 1),),
    }
    return PackingSlipSnapshot(**{**values, **changed})


def label(**changed):
    values = {
        "sender": "Demo Shop",
        "address": ("Kim Example", "Musterweg 1", "01067 Dresden"),
        "number": "S-100001",
        "order": "O-100001",
        "carrier": "DHL",
        "created_at": MOMENT,
    }
    return LabelSnapshot(**{**values, **changed})


def test_pick_list_groups_by_place_and_adds_up():
    pdf = render_pick_list(
        pick_list(
            [
                PickRow("Main warehouse", "KET-1", "Copper kettle", 5, (("O-100001", 2), ("O-100002", 3))),
                PickRow("Shop floor", "MUG-1", "Mug", 1, (("O-100001", 1),)),
            ]
        )
    )

    text = text_of(pdf)
    assert "2 orders · 6 pieces" in text
    assert text.index("Main warehouse") < text.index("KET-1") < text.index("Shop floor") < text.index("MUG-1")
    assert "2 × O-100001, 3 × O-100002" in text


def test_long_pick_list_has_a_head_on_each_page():
    rows = [PickRow("Main", f"SKU-{number}", "Something", 1, (("O-100001", 1),)) for number in range(120)]

    pdf = render_pick_list(pick_list(rows))

    assert pages_of(pdf) > 2
    assert "SKU" in text_of(pdf, 1)
    assert text_of(pdf).count("SKU-") == 120


def test_packing_slip_says_what_follows():
    text = text_of(render_packing_slips([slip()]))

    for part in (
        "Packing slip S-100001",
        "Kim Example",
        "KET-1",
        "Copper kettle",
        "To follow",
        "May 3, 2026",
        "JD0146",
    ):
        assert part in text
    assert "To follow" not in text_of(render_packing_slips([slip(lines=(SlipLine("A", "B", 1, 1, 0),))]))


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar"])
def test_packing_slip_in_every_language(language):
    pdf = render_packing_slips([slip(language=language)])

    reader = PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == language
    assert slip_words(language).title.split()[0] in text_of(pdf)


def test_unknown_language_is_english():
    assert slip_words("xx") == slip_words("en")


def test_each_slip_begins_a_page():
    long = tuple(SlipLine(f"SKU-{number}", "Something", 1, 1, 0) for number in range(80))
    pdf = render_packing_slips([slip(number="S-1", lines=long), slip(number="S-2")])

    count = pages_of(pdf)
    assert count > 2
    assert "Packing slip S-2" in text_of(pdf, count - 1)
    assert "Page 1 of 1" in text_of(pdf, count - 1)


@pytest.mark.parametrize(("sheet", "pages"), [("roll", 25), ("a4", 2)])
def test_labels_on_roll_and_sheet(sheet, pages):
    pdf = render_labels([label(number=f"S-{number}") for number in range(25)], sheet=sheet)

    assert pages_of(pdf) == pages
    assert "Musterweg 1" in text_of(pdf, 0)


def test_used_labels_are_skipped():
    assert pages_of(render_labels([label()], sheet="a4", skip=23)) == 1
    assert pages_of(render_labels([label(), label()], sheet="a4", skip=23)) == 2


def test_long_address_gets_smaller_and_stays_whole():
    address = (
        "A rather long company name with many words Ltd",
        "Attn. Somebody Important",
        *(f"Line {n}" for n in range(5)),
    )

    assert "Line 4" in text_of(render_labels([label(address=address)], sheet="a4"))


def test_right_to_left_name_reads_back():
    name = "محمد العربي"

    for pdf in (render_labels([label(address=(name,))]), render_packing_slips([slip(language="ar", address=(name,))])):
        assert name in text_of(pdf)


@pytest.mark.parametrize(
    "render",
    [
        lambda: render_pick_list(pick_list([PickRow("Main", "A", "B", 1, (("O-1", 1),))])),
        lambda: render_packing_slips([slip(language="ar"), slip()]),
        lambda: render_labels([label()], sheet="a4"),
    ],
)
def test_same_input_same_bytes(render):
    assert render() == render()


def test_what_the_font_lacks_is_refused_by_name():
    with pytest.raises(MissingGlyph) as refusal:
        render_labels([label(address=("Kim 🦊",))])

    assert "S-100001 address" in str(refusal.value)
    assert "FOX FACE" in str(refusal.value)


def test_nothing_to_print_is_refused():
    with pytest.raises(DocumentError):
        render_packing_slips([])
    with pytest.raises(DocumentError):
        render_labels([])


MARKUP = (
    st.text(alphabet="abcXYZ <>&/\"'=éßØ", min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@settings(max_examples=30, deadline=None)
@given(name=MARKUP, goods=MARKUP)
def test_data_is_printed_as_it_stands(name, goods):
    text = text_of(render_packing_slips([slip(address=(name,), lines=(SlipLine("A", goods, 1, 1, 0),))]))

    flat = "".join(text.split())
    assert "".join(name.split()) in flat
    assert "".join(goods.split()) in flat

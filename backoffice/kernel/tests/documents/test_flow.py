"""Blocks from top to bottom, and over page breaks."""

import pytest

from backoffice.kernel.documents.blocks import Columns, Gap, Pair, Pairs, Stack
from backoffice.kernel.documents.errors import DoesNotFit
from backoffice.kernel.documents.flow import Margins
from backoffice.kernel.documents.page import Page, RectsOp, RuleOp, Size, TextOp
from backoffice.kernel.documents.pictures import Picture, PictureBlock
from backoffice.kernel.documents.text import Style, TextBlock, text_block

from .samples import drawn, new_document, png

SHEET = Size(300, 200)
MARGINS = Margins(top=20, bottom=20, start=30, end=40)
TEN = Style(size=8, leading=10)


def small_document(**options):
    return new_document(size=SHEET, margins=MARGINS, **options)


def numbered(count, style=TEN):
    return TextBlock("\n".join(str(number) for number in range(1, count + 1)), style)


def test_the_flow_starts_inside_the_margins():
    flow = small_document().flow
    assert (flow.x, flow.y, flow.width, flow.room, flow.page_room) == (30, 20, 230, 160, 160)


def test_text_goes_on_over_page_breaks():
    document = small_document()
    document.flow.put(numbered(40))
    assert [drawn(page) for page in document.pages] == [
        [str(number) for number in range(1, 17)],
        [str(number) for number in range(17, 33)],
        [str(number) for number in range(33, 41)],
    ]
    assert document.flow.y == 20 + 80


def test_an_indivisible_block_moves_to_the_next_page():
    document = small_document()
    document.flow.put(Gap(100))
    document.flow.put(Columns([(numbered(7), 1)]))
    assert [drawn(page) for page in document.pages] == [[], list("1234567")]


def test_an_indivisible_block_higher_than_a_page_is_refused():
    document = small_document()
    with pytest.raises(DoesNotFit, match=r"a block of 161 points is higher than a page \(160 points\)"):
        document.flow.put(Gap(161))


def test_blocks_are_kept_together():
    document = small_document()
    document.flow.put(Gap(130))
    document.flow.keep_together(numbered(2), Gap(5), numbered(2))
    assert [drawn(page) for page in document.pages] == [[], ["1", "2", "1", "2"]]
    document.flow.keep_together(numbered(2))
    assert len(document.pages) == 2


def test_space_is_left_between_blocks_but_not_at_the_top_of_a_page():
    flow = small_document().flow
    flow.space(10)
    assert flow.y == 20
    flow.put(Gap(50))
    flow.space(10)
    assert flow.y == 80
    flow.space(500)
    assert flow.room == 0


def test_ensure_leaves_an_empty_page_alone():
    document = small_document()
    document.flow.ensure(1000)
    assert len(document.pages) == 1


def test_margins_that_leave_no_room_are_refused():
    with pytest.raises(DoesNotFit, match="leave no room on the page"):
        new_document(size=SHEET, margins=Margins(top=100, bottom=100))
    with pytest.raises(DoesNotFit, match="leave no room on the page"):
        new_document(size=SHEET, margins=Margins(start=150, end=150))


def test_a_stack_divides_between_and_inside_its_blocks():
    stack = Stack([numbered(2), numbered(3)], gap=5)
    assert stack.height(100) == 55
    first, rest = stack.split(100, 36)
    assert (first.height(100), rest.height(100)) == (35, 20)
    assert Stack([Gap(50)]).split(100, 20) is None


def test_a_divided_stack_loses_nothing():
    document = small_document()
    document.flow.put(Stack([numbered(10), numbered(10), Gap(1), numbered(10)], gap=3))
    found = [text for page in document.pages for text in drawn(page)]
    assert found == [str(number) for number in range(1, 11)] * 3


def test_columns_share_the_width_by_weight():
    page = Page(SHEET)
    Columns([(text_block("a", TEN), 1), (text_block("b", TEN), 3)], gap=20).draw(page, 0, 0, 220)
    assert [(op.glyphs, op.x) for op in page.ops] == [("a", 0), ("b", 70)]
    page = Page(SHEET, rtl=True)
    Columns([(text_block("a", TEN.but(align="end")), 1), (text_block("b", TEN.but(align="end")), 3)], gap=20).draw(
        page, 0, 0, 220
    )
    assert [(op.glyphs, op.x) for op in page.ops] == [("a", 300 - 50), ("b", 300 - 220)]


def test_pairs_stand_beside_each_other_and_the_strong_one_is_bold_under_a_line():
    page = Page(SHEET)
    pairs = Pairs([Pair("Net", "1.00"), Pair("Total", "1.19", True)], label_style=TEN, value_style=TEN, padding=2)
    assert pairs.height(200) == 28
    pairs.draw(page, 0, 0, 206)
    texts = [(op.glyphs, op.x, op.style.bold) for op in page.ops if isinstance(op, TextOp)]
    assert texts == [("Net", 0, False), ("1.00", 106, False), ("Total", 0, True), ("1.19", 106, True)]
    (rule,) = (op for op in page.ops if isinstance(op, RuleOp))
    assert rule.ends == (0, 200 - 14, 206, 200 - 14)


def test_a_total_too_wide_for_its_place_is_set_smaller_on_one_line():
    page = Page(SHEET)
    style = TEN.but(align="number")
    Pairs([Pair("Total", "1,234,567,890.00")], label_style=TEN, value_style=style).draw(page, 0, 0, 66)
    assert drawn(page) == ["Total", "1,234,567,890.00"]
    assert page.ops[1].style.size < 8


@pytest.mark.parametrize(
    ("rtl", "align", "left"),
    [
        (False, "start", 10),
        (False, "end", 90),
        (False, "centre", 50),
        (False, "number", 90),
        (True, "start", 290),
        (True, "end", 210),
        (True, "centre", 250),
        (True, "number", 290),
    ],
)
def test_alignment(rtl, align, left):
    page = Page(SHEET, rtl)
    style = Style(size=8, align=align)
    width = TextBlock("x", style).lines(100)[0].width
    page.text("x", x=10, top=0, width=80 + width, style=style)
    expected = left if not rtl else left - width
    assert page.ops[0].x == pytest.approx(expected)


def test_rules_boxes_and_pictures_are_mirrored_as_a_whole():
    page = Page(SHEET, rtl=True)
    page.rule(x=10, y=50, length=40)
    page.rule(x=10, y=50, length=40, upright=True)
    page.rects([(0, 0, 5, 10), (20, 0, 5, 10)], x=10, top=50, width=30, colour=(0, 0, 0))
    page.picture(Picture.from_bytes(png()), x=10, top=50, width=40, height=20)
    level, upright, rects, picture = page.ops
    assert level.ends == (290, 150, 250, 150)
    assert upright.ends == (290, 150, 290, 110)
    assert isinstance(rects, RectsOp)
    assert rects.rects == ((260, 140, 5, 10), (280, 140, 5, 10))
    assert picture.box == (250, 130, 40, 20)


def test_a_picture_keeps_its_proportions():
    picture = Picture.from_bytes(png(40, 20))
    assert PictureBlock(picture, max_width=100, max_height=100).size(500) == (100, 50)
    assert PictureBlock(picture, max_width=100, max_height=10).size(500) == (20, 10)
    assert PictureBlock(picture, max_width=100, max_height=100).size(30) == (30, 15)
    with pytest.raises(DoesNotFit, match="a picture needs a box"):
        PictureBlock(picture, max_width=0, max_height=10)


def test_transparency_is_laid_on_white():
    picture = Picture.from_bytes(png(2, 1, mode="RGBA", colour=(0, 0, 0, 0)))
    import zlib

    assert picture.colour_space == "DeviceRGB"
    assert zlib.decompress(picture.data) == b"\xff" * 6

"""Tables over page breaks: repeated heads, carried totals that add up, totals kept with a row."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.kernel.documents.blocks import Pair, Pairs, Stack
from backoffice.kernel.documents.codes import qr_code
from backoffice.kernel.documents.errors import DocumentError, DoesNotFit, MissingGlyph
from backoffice.kernel.documents.page import Size, TextOp
from backoffice.kernel.documents.table import Carry, Column, Row, Table, draw_table
from backoffice.kernel.documents.text import Style, TextBlock

from .samples import drawn, new_document, page_lines

SHEET = Size(400, 400)
COLUMNS = (Column("Pos", 30), Column("Article"), Column("Net", 70, "number"))
TABLE = Table(COLUMNS, carry=Carry("Carried forward", "Brought forward", 2))


def rows_of(amounts, *, article="Shirt"):
    running = Decimal(0)
    rows = []
    for number, amount in enumerate(amounts, start=1):
        running += amount
        rows.append(Row([str(number), f"{article} {number}", f"{amount:.2f}"], running=f"{running:.2f}"))
    return rows


def lines_of(rows, *, table=TABLE, tail=0.0, totals=None, sheet=SHEET, **options):
    document = new_document(size=sheet, **options)
    draw_table(document.flow, table, rows, tail=tail)
    if totals:
        document.flow.put(totals)
    return [drawn(page) for page in document.pages]


def test_the_head_is_repeated_and_the_total_carried():
    pages = lines_of(rows_of([Decimal(10)] * 30))
    assert len(pages) == 3
    assert [page[:3] for page in pages] == [["Pos", "Article", "Net"]] * 3
    assert pages[0][-2:] == ["Carried forward", "140.00"]
    assert pages[1][3:5] == ["Brought forward", "140.00"]
    assert pages[1][-2:] == ["Carried forward", "270.00"]
    assert pages[2][3:5] == ["Brought forward", "270.00"]
    assert pages[2][-3:] == ["30", "Shirt 30", "10.00"]


def test_a_table_reads_back_row_by_row():
    document = new_document(size=SHEET)
    draw_table(document.flow, TABLE, rows_of([Decimal(10)] * 16))
    first, second = page_lines(document.finish())
    assert first[:2] == ["Pos Article Net", "1 Shirt 1 10.00"]
    assert first[-2:] == ["14 Shirt 14 10.00", "Carried forward 140.00"]
    assert second == ["Pos Article Net", "Brought forward 140.00", "15 Shirt 15 10.00", "16 Shirt 16 10.00"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.lists(st.integers(-10_000, 100_000), min_size=1, max_size=60),
    spare=st.floats(0, 200),
    words=st.integers(1, 60),
)
def test_carried_totals_add_up_on_every_page(cents, spare, words):
    amounts = [Decimal(cent).scaleb(-2) for cent in cents]
    totals = Pairs([Pair("Total", "THE TOTAL")], label_style=Style(), value_style=Style())
    tail = totals.height(SHEET.width) + spare
    pages = lines_of(rows_of(amounts, article="word " * words), tail=tail, totals=totals)
    brought = Decimal(0)
    seen = 0
    for number, page in enumerate(pages):
        body = page[3:]
        if number:
            assert body[:2] == ["Brought forward", f"{brought:.2f}"]
            body = body[2:]
        carries = number < len(pages) - 1
        if carries:
            assert body[-2] == "Carried forward"
            carried = Decimal(body[-1])
            body = body[:-2]
        printed = [Decimal(line) for line in body if line.lstrip("-").replace(".", "", 1).isdigit() and "." in line]
        seen += len(printed)
        if carries:
            assert carried == brought + sum(printed)
            brought = carried
    assert seen == len(amounts)


def test_totals_never_stand_alone_on_a_page():
    totals = Pairs([Pair("Total", "60.00", True)], label_style=Style(), value_style=Style(align="number"))
    for count in range(10, 40):
        pages = lines_of(rows_of([Decimal(10)] * count), tail=totals.height(SHEET.width), totals=totals)
        assert pages[-1][-2:] == ["Total", "60.00"]
        assert pages[-1][-3] == "10.00", count
        assert pages[-1][-5] == str(count)


def test_a_tail_larger_than_what_a_row_leaves_gets_a_page_with_the_total_brought_forward():
    document = new_document(size=SHEET)
    draw_table(document.flow, TABLE, rows_of([Decimal(10)] * 3), tail=250)
    assert document.flow.room >= 250
    assert [drawn(page)[3:] for page in document.pages] == [
        ["1", "Shirt 1", "10.00", "2", "Shirt 2", "10.00", "3", "Shirt 3", "10.00", "Carried forward", "30.00"],
        ["Brought forward", "30.00"],
    ]


def test_a_table_without_rows_has_its_head():
    assert lines_of([]) == [["Pos", "Article", "Net"]]


def test_a_table_without_carry_breaks_without_totals():
    pages = lines_of(rows_of([Decimal(10)] * 30), table=Table(COLUMNS))
    assert [page[:3] for page in pages] == [["Pos", "Article", "Net"]] * 2
    assert [text for page in pages for text in page if "forward" in text] == []


def test_cells_wrap_and_set_the_height_of_the_row():
    document = new_document(size=SHEET)
    table = Table((Column("A", 60), Column("B")), body=Style(size=10, leading=10), head=Style(size=10, leading=10))
    draw_table(document.flow, table, [Row(["one two three four five six", "b"])])
    assert drawn(document.pages[0]) == ["A", "B", "one two", "three four", "five six", "b"]
    assert document.flow.y - document.flow.top == pytest.approx((10 + 6) + (30 + 6))


def test_a_row_higher_than_a_page_goes_on_over_pages():
    text = " ".join(f"word{number}" for number in range(900))
    pages = lines_of([Row(["1", text, "5.00"], running="5.00"), Row(["2", "next", "7.00"], running="12.00")])
    assert len(pages) > 2
    for page in pages[:-1]:
        assert page[-2:] == ["Carried forward", "5.00"]
    joined = " ".join(line for page in pages for line in page if line.startswith("word"))
    assert joined == text


def test_a_block_that_cannot_be_divided_must_fit():
    with pytest.raises(DoesNotFit, match="a row of the table is higher than a page"):
        lines_of([Row(["1", qr_code("x", side=300), ""])], sheet=Size(500, 250))


def test_a_number_never_breaks():
    (lines,) = lines_of([Row(["1", "x", "1,234,567,890,123.00 €"])])
    assert lines[-1] == "1,234,567,890,123.00 €"


def test_numbers_are_flush_right_in_both_directions():
    for direction in ("ltr", "rtl"):
        document = new_document(size=SHEET, direction=direction)
        draw_table(document.flow, TABLE, [Row(["1", "x", "1.00"]), Row(["2", "x", "1,000.00"])])
        ends = [
            round(op.x + op_width(op), 2)
            for op in document.pages[0].ops
            if isinstance(op, TextOp) and op.glyphs in ("1.00", "1,000.00", "Net")
        ]
        assert len(ends) == 3
        assert len(set(ends)) == 1


def op_width(op: TextOp) -> float:
    from backoffice.kernel.documents.fonts import face

    return face(bold=op.style.bold).width(op.glyphs, op.style.size)


def test_columns_are_mirrored_in_a_right_to_left_document():
    def places(direction):
        document = new_document(size=SHEET, direction=direction)
        draw_table(document.flow, TABLE, [Row(["1", TextBlock("x", Style()), "1.00"])])
        return {op.glyphs: op.x for op in document.pages[0].ops if isinstance(op, TextOp)}

    ltr, rtl = places("ltr"), places("rtl")
    assert ltr["Pos"] < ltr["Article"] < ltr["Net"]
    assert rtl["Pos"] > rtl["Article"] > rtl["Net"]


def test_cells_may_be_stacks_of_text():
    (lines,) = lines_of([Row(["1", Stack([TextBlock("Shirt", Style()), TextBlock("SKU-1", Style(size=7))]), "1"])])
    assert lines[3:] == ["1", "Shirt", "SKU-1", "1"]


def test_a_missing_glyph_names_table_and_column():
    with pytest.raises(MissingGlyph) as refusal:
        lines_of([Row(["1", "漢", "1"])], table=Table(COLUMNS, where="invoice lines"))
    assert refusal.value.where == "invoice lines Article"


def test_a_row_must_fit_the_columns():
    with pytest.raises(DocumentError, match="a row has 2 cells; the table has 3 columns"):
        lines_of([Row(["1", "x"])])


def test_columns_must_fit_the_page():
    with pytest.raises(DoesNotFit, match="need 512 points"):
        lines_of([], table=Table((Column("A", 300), Column("B", 200), Column("C", 0))))


@pytest.mark.parametrize("column", [0, 3, -1])
def test_a_running_total_needs_a_column_for_its_words(column):
    with pytest.raises(DocumentError, match=f"cannot stand in column {column}"):
        Table(COLUMNS, carry=Carry("f", "b", column))

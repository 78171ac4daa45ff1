"""XLSX workbooks: what a person sees in the cell is what is read."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from backoffice.kernel.transfers.reading import Dialect, Limits, ReadError, estimate_rows, open_rows, read_header, sniff
from backoffice.kernel.transfers.reading.sheets.cells import number_text
from backoffice.kernel.transfers.reading.sheets.strings import SharedStrings
from backoffice.kernel.transfers.reading.sheets.styles import style_of_code

from .samples import MAIN, packed, sheet_xml, xlsx_parts

PLAIN = Dialect(format="xlsx", encoding="", delimiter="", quotechar="", has_header=False, width=3)

SEEN = dt.datetime(2024, 1, 31, 8, 26, 5)  # noqa: DTZ001  # a spreadsheet's dates know no zone


def cells_of(folder, body: str, **parts) -> list[list[str]]:
    path = packed(folder, xlsx_parts(sheet_xml(body), **parts))
    return [row.cells for row in open_rows(path, PLAIN)]


def cell_of(folder, cell: str, **parts) -> str:
    rows = cells_of(folder, f'<row r="1">{cell}<c r="B1" t="str"><v>end</v></c></row>', **parts)
    return rows[0][0]


def test_a_workbook_of_openpyxl_is_read(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Products"
    sheet.append(["sku", "barcode", "price", "stock", "since", "seen", "active", "note"])
    sheet.append(["00123", 4006381333931, 12.5, 3, dt.date(2024, 1, 31), SEEN, True, " a\nb "])
    sheet.append(["00124", "04006381333931", 1200, -1, dt.date(1900, 2, 28), dt.time(17, 5), False, None])
    path = tmp_path / "book.xlsx"
    book.save(path)
    dialect = sniff(path, path.name)
    found = (dialect.format, dialect.sheet, dialect.sheets, dialect.has_header, dialect.width, dialect.skip)
    assert found == ("xlsx", "Products", ("Products",), True, 8, 0)
    assert read_header(path, dialect).names[:2] == ("sku", "barcode")
    assert [(row.number, row.line, row.cells) for row in open_rows(path, dialect)] == [
        (2, 2, ["00123", "4006381333931", "12.5", "3", "2024-01-31", "2024-01-31 08:26:05", "TRUE", " a\nb "]),
        (3, 3, ["00124", "04006381333931", "1200", "-1", "1900-02-28", "17:05:00", "FALSE"]),
    ]
    assert estimate_rows(path, dialect) == 2


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("123", "123"), ("123.0", "123"), ("12.50", "12.5"), ("0.1", "0.1"), ("-5", "-5"), ("100", "100"),
        ("4006381333931", "4006381333931"), ("4.0063813339310001E+12", "4006381333931"),
        ("4.006381333931E+12", "4006381333931"), ("19.989999999999998", "19.99"), ("1E-3", "0.001"),
        ("1.0000000000000001E-5", "0.00001"), ("1E+20", "100000000000000000000"), ("12345678901234567890", "12345678901234567890"),
        ("0", "0"), ("0.0", "0"), ("nonsense", "nonsense"),
    ],
)  # fmt: skip
def test_numbers_keep_their_digits(raw, text):
    assert number_text(raw) == text


def test_the_kinds_of_cells(tmp_path):
    body = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>rich </t></r><r><t>text</t></r><rPh><t>hint</t></rPh></is></c>'
        '<c r="B1" t="b"><v>1</v></c><c r="C1" t="e"><v>#N/A</v></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3" t="str"><f>"x"</f><v>x</v></c><c r="C3"><f>B9</f></c></row>'
        '<row r="4"><c t="d"><v>2024-01-31T00:00:00</v></c><c><v>7</v></c><c t="str"><f>""</f><v></v></c></row>'
    )
    assert cells_of(tmp_path, body) == [
        ["rich text", "TRUE", "#N/A"],
        ["2", "x", "#UNCALCULATED!"],
        ["2024-01-31", "7"],
    ]


def test_gaps_between_cells_are_blank_and_blank_styled_cells_are_nothing(tmp_path):
    body = '<row r="2"><c r="C2"><v>1</v></c><c r="XFD2" s="0"/></row><row r="9"><c r="A9"/></row><row><c><v>5</v></c></row>'
    path = packed(tmp_path, xlsx_parts(sheet_xml(body)))
    assert [(row.number, row.cells, row.flaw) for row in open_rows(path, PLAIN)] == [
        (2, ["", "", "1"], None),
        (10, ["5"], None),
    ]


def test_a_value_far_to_the_right_flags_its_row(tmp_path):
    body = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>9</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    path = packed(tmp_path, xlsx_parts(sheet_xml(body)))
    first, second = open_rows(path, PLAIN)
    assert (first.cells, first.flaw.code, second.flaw) == (["1"], "too_many_cells", None)


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="4"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="167" formatCode="&quot;since &quot;0.00"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="22"/><xf numFmtId="10"/></cellXfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("style", "raw", "text"),
    [
        (0, "45322", "45322"), (1, "45322", "2024-01-31"), (1, "45322.5", "2024-01-31 12:00:00"), (1, "0.25", "06:00:00"),
        (1, "1", "1900-01-01"), (1, "59", "1900-02-28"), (1, "61", "1900-03-01"), (1, "-3", "-3"), (1, "99999999", "99999999"),
        (2, "1234", "01234"), (2, "123456", "123456"), (2, "1.5", "1.5"), (3, "1.5", "36:00:00"), (4, "12.5", "12.5"),
        (5, "45322.351446759261", "2024-01-31 08:26:05"), (6, "0.19", "19%"), (6, "0.075", "7.5%"), (6, "-0.5", "-50%"),
        (99, "5", "5"),
    ],
)  # fmt: skip
def test_formats_tell_what_a_number_means(tmp_path, style, raw, text):
    assert cell_of(tmp_path, f'<c r="A1" s="{style}"><v>{raw}</v></c>', styles=STYLES) == text


def test_days_counted_from_1904(tmp_path):
    cell = '<c r="A1" s="1"><v>43860</v></c>'
    assert cell_of(tmp_path, cell, styles=STYLES, workbook_pr='<workbookPr date1904="1"/>') == "2024-01-31"


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("General", "number"), ("0.00", "number"), ("#,##0.00 [$€-407]", "number"), ("yyyy-mm-dd", "date"),
        ("[$-409]d-mmm-yy;@", "date"), ("h:mm AM/PM", "date"), ("[hh]:mm:ss", "elapsed"), ("0%", "percent"),
        ("0000", "padded"), ("0", "number"), ('0 "days"', "number"), ("[Red]0.00", "number"), (r"\d0", "number"), ("@", "number"),
        ("0.00E+00", "number"),
    ],
)  # fmt: skip
def test_format_codes(code, meaning):
    assert style_of_code(code).meaning == meaning


def test_shared_texts_with_escapes(tmp_path):
    texts = (
        f'<sst xmlns="{MAIN}"><si><t>plain</t></si><si><t xml:space="preserve"> _x000D_ _x005F_x000A_ _x0000_ _xD800_</t></si>'
        "<si><r><t>a</t></r><r><t>b</t></r></si><si/></sst>"
    )
    body = '<row r="1"><c r="A1" t="s"><v>2</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>0</v></c><c r="D1" t="s"><v>3</v></c></row>'
    assert cells_of(tmp_path, body, texts=texts) == [["ab", " \r _x000A_ _x0000_ _xD800_", "plain"]]


def test_prefixed_names_are_understood(tmp_path):
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    path = packed(tmp_path, xlsx_parts(sheet))
    assert [row.cells for row in open_rows(path, PLAIN)] == [["7"]]
    assert estimate_rows(path, PLAIN) == 1


def test_a_cover_sheet_is_passed_over_for_one_with_known_headings(tmp_path):
    path = tmp_path / "template.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["How to fill in this file"])
    for name, headings in {"Codes": ["code", "name"], "Products": ["sku", "name", "price"]}.items():
        book.create_sheet(name).append(headings)
        book[name].append(["A", "Mug", 1][: len(headings)])
    book.save(path)

    dialect = sniff(path, path.name, known_names=("sku", "name", "price"))

    assert (dialect.sheet, dialect.has_header, dialect.sure) == ("Products", True, False)
    assert dialect.doubts == ["“Products” is the first sheet with known headings of 3, and the only one that is read."]
    assert sniff(path, path.name, known_names=("code", "name")).sheet == "Codes"
    assert sniff(path, path.name, known_names=("other",)).sheet == book.sheetnames[0]


def test_the_first_visible_sheet_with_rows_is_taken(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Hidden"
    book.active.append(["x"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Blank")
    for name in ("Stock", "More"):
        book.create_sheet(name).append(["sku", name])
    path = tmp_path / "book.xlsx"
    book.save(path)
    dialect = sniff(path, path.name)
    assert (dialect.sheet, dialect.sheets, dialect.sure) == ("Stock", ("Blank", "Stock", "More"), False)
    assert read_header(path, sniff(path, path.name, chosen={"sheet": "More"})).names == ("sku", "More")
    with pytest.raises(ReadError) as refusal:
        sniff(path, path.name, chosen={"sheet": "None"})
    assert (refusal.value.code, refusal.value.hint) == (
        "sheet_missing",
        "Choose one of these: “Blank”, “Stock”, “More”.",
    )


def test_remarks_beside_the_table_become_columns_without_heading(tmp_path):
    body = (
        '<row r="1"><c r="A1" t="str"><v>sku</v></c><c r="B1" t="str"><v>name</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>a</v></c><c r="D2" t="str"><v>ok!</v></c></row>'
    )
    path = packed(tmp_path, xlsx_parts(sheet_xml(body)))
    dialect = sniff(path, path.name)
    header = read_header(path, dialect)
    assert header.names == ("sku", "name", "Column 3", "Column 4")
    assert [(row.cells, row.flaw) for row in open_rows(path, dialect)] == [(["1", "a", "", "ok!"], None)]


def test_rows_are_limited_as_in_csv(tmp_path):
    body = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 6))
    path = packed(tmp_path, xlsx_parts(sheet_xml(body)))
    assert [row.number for row in open_rows(path, PLAIN, Limits(max_rows=5), after=3)] == [4, 5]
    with pytest.raises(ReadError) as refusal:
        list(open_rows(path, PLAIN, Limits(max_rows=4)))
    assert refusal.value.code == "too_many_rows"


def test_a_large_text_table_moves_to_disk_and_reads_the_same():
    many = 5000
    table = f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>text {n} é</t></si>" for n in range(many)) + "</sst>"
    pieces = [table.encode()[start : start + 1000] for start in range(0, len(table.encode()), 1000)]
    texts = SharedStrings(pieces, Limits(), in_memory=2000)
    order = [0, many - 1, 17, 4321, 3]
    assert [texts[n] for n in order] == [f"text {n} é" for n in order]
    assert texts._file is not None
    texts.close()
    with pytest.raises(ReadError):
        SharedStrings(pieces, Limits())[many]

"""The dialect of CSV files, in every combination that exports produce."""

from __future__ import annotations

import codecs
import io
import itertools

import pytest

from backoffice.kernel.transfers.reading import ReadError, open_rows, read_header, sniff

from .samples import ROWS, csv_bytes, saved

DELIMITERS = [",", ";", "\t", "|", "^", "~", ":", "\x1f"]
LINE_ENDS = ["\n", "\r\n", "\r"]
ENCODINGS = [
    ("utf-8", "utf-8", b""),
    ("utf-8", "utf-8", codecs.BOM_UTF8),
    ("utf-16-le", "utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", "utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-16-le", "utf-16-le", b""),
    ("utf-16-be", "utf-16-be", b""),
    ("utf-32-le", "utf-32-le", codecs.BOM_UTF32_LE),
    ("latin-1", "cp1252", b""),
    ("cp1252", "cp1252", b""),
    ("mac-roman", "mac-roman", b""),
]
MATRIX = list(itertools.product(DELIMITERS, LINE_ENDS, ENCODINGS))


@pytest.mark.parametrize(
    ("delimiter", "line_end", "encoding"),
    MATRIX,
    ids=[f"{d!r}-{e!r}-{c[0]}{'-mark' * bool(c[2])}" for d, e, c in MATRIX],
)
def test_every_combination_reads_back(tmp_path, delimiter, line_end, encoding):
    written, expected, mark = encoding
    data = csv_bytes(encoding=written, mark=mark, line_end=line_end, delimiter=delimiter)
    path = saved(tmp_path, data)
    dialect = sniff(path, path.name)
    found = (
        dialect.delimiter,
        dialect.line_terminator,
        dialect.encoding,
        dialect.bom,
        dialect.has_header,
        dialect.width,
    )
    assert found == (delimiter, line_end, expected, bool(mark), True, 5)
    assert list(read_header(path, dialect).names) == ROWS[0]
    assert [row.cells for row in open_rows(path, dialect)] == ROWS[1:]


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("quoting", [0, 1])
def test_either_quote_is_found(tmp_path, quote, quoting):
    rows = [["sku", "name"], ["1", f"a{quote}b, c"], ["2", "plain, too"], ["3", "x"]]
    path = saved(tmp_path, csv_bytes(rows, quotechar=quote, quoting=quoting))
    dialect = sniff(path, path.name)
    assert (dialect.quotechar, dialect.delimiter, dialect.escapechar) == (quote, ",", "")
    assert [row.cells for row in open_rows(path, dialect)] == rows[1:]


def test_backslash_escapes_are_found(tmp_path):
    path = saved(tmp_path, b'sku;name\n"1";"a 5\\" pipe; long"\n"2";"b"\n')
    dialect = sniff(path, path.name)
    assert (dialect.delimiter, dialect.escapechar) == (";", "\\")
    assert [row.cells for row in open_rows(path, dialect)] == [["1", 'a 5" pipe; long'], ["2", "b"]]


def test_quotes_without_meaning_are_left_alone(tmp_path):
    path = saved(tmp_path, b'sku\tname\tsize\n1\t"Odd start\t5"\n2\tplain\t6"\n3\tother\t7\n')
    dialect = sniff(path, path.name)
    assert (dialect.delimiter, dialect.quotechar) == ("\t", "")
    assert [row.cells for row in open_rows(path, dialect)] == [
        ["1", '"Odd start', '5"'],
        ["2", "plain", '6"'],
        ["3", "other", "7"],
    ]


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path):
    path = saved(tmp_path, b"Artikel;Preis;Gewicht\nA1;12,50;1,2\nA2;3,99;0,4\nA3;1.200,00;17,5\n")
    dialect = sniff(path, path.name)
    assert (dialect.delimiter, dialect.width, dialect.has_header) == (";", 3, True)


def test_commas_in_prose_do_not_pass_for_delimiters(tmp_path):
    text = "sku|text\n1|Red, round, nice\n2|Blue, square, nice\n3|Green, flat, nice\n"
    dialect = sniff(saved(tmp_path, text.encode()), "file.csv")
    assert (dialect.delimiter, dialect.width) == ("|", 2)


def test_one_column_is_one_column(tmp_path):
    path = saved(tmp_path, b"sku\nA-1\nA-2\nA-3\n")
    dialect = sniff(path, path.name, known_names=["SKU"])
    assert (dialect.width, dialect.has_header, dialect.delimiter) == (1, True, ",")
    assert [row.cells for row in open_rows(path, dialect)] == [["A-1"], ["A-2"], ["A-3"]]
    assert [note.text for note in dialect.notes if note.about == "delimiter"] == [
        "No delimiter makes columns, so each line is one cell."
    ]


def test_the_line_that_names_the_delimiter_is_obeyed_and_not_counted(tmp_path):
    path = saved(tmp_path, b"sep=;\r\nsku;name\r\n1;a,b,c\r\n2;d,e,f\r\n")
    dialect = sniff(path, path.name)
    assert (dialect.delimiter, dialect.width, dialect.skip) == (";", 2, 0)
    assert read_header(path, dialect).row == 1
    assert [(row.number, row.line, row.cells) for row in open_rows(path, dialect)] == [
        (2, 3, ["1", "a,b,c"]),
        (3, 4, ["2", "d,e,f"]),
    ]


def test_a_title_above_the_table_is_passed_over(tmp_path):
    text = "Stock list\nPrinted;2024-03-01\n\nsku;name;price;stock\n1;a;2.50;3\n2;b;3.50;4\n3;c;4.50;5\n"
    path = saved(tmp_path, text.encode())
    dialect = sniff(path, path.name)
    assert (dialect.skip, dialect.delimiter, dialect.has_header, dialect.sure) == (3, ";", True, False)
    assert read_header(path, dialect).names == ("sku", "name", "price", "stock")
    assert [(row.number, row.cells[0]) for row in open_rows(path, dialect)] == [(5, "1"), (6, "2"), (7, "3")]


def test_mixed_line_ends_are_all_row_ends(tmp_path):
    path = saved(tmp_path, b"sku,name\r1,a\n2,b\r\n3,c\r")
    dialect = sniff(path, path.name)
    assert dialect.line_terminator == "mixed"
    assert [row.cells for row in open_rows(path, dialect)] == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_line_feeds_inside_cells_of_a_macintosh_file_end_no_row(tmp_path):
    path = saved(tmp_path, b'sku,name\r1,"a\nb"\r2,c\r')
    dialect = sniff(path, path.name)
    assert dialect.line_terminator == "\r"
    assert [row.cells for row in open_rows(path, dialect)] == [["1", "a\nb"], ["2", "c"]]


def test_a_choice_by_hand_holds_and_the_rest_fits_it(tmp_path):
    path = saved(tmp_path, b"sku;na,me\n1;a,b\n2;c,d\n")
    assert sniff(path, path.name).delimiter == ";"
    dialect = sniff(path, path.name, chosen={"delimiter": ",", "has_header": False, "encoding": "Latin1"})
    found = (dialect.delimiter, dialect.has_header, dialect.encoding, dialect.width)
    assert found == (",", False, "iso8859-1", 2)
    assert dialect.sure is True


def test_each_part_says_why(tmp_path):
    path = saved(tmp_path, "sku;name\r\n00123;Tür\r\n00124;Bär\r\n".encode("cp1252"))
    dialect = sniff(path, path.name, known_names=["SKU"], chosen={"quotechar": '"'})
    why = "The letters with accents make words in Western European (Windows-1252). Latin-1 reads this file the same."
    assert [(note.about, note.text, note.sure) for note in dialect.notes] == [
        ("encoding", f"Western European (Windows-1252): {why}", True),
        ("delimiter", "With semicolon as delimiter the rows have 2 columns.", True),
        ("quotechar", "Chosen by hand.", True),
        ("line_terminator", "Rows end with CRLF (Windows).", True),
        ("has_header", "The first row has known headings: “sku”.", True),
    ]


def test_an_open_file_is_read_from_its_start_and_left_open(tmp_path):
    file = io.BytesIO(csv_bytes())
    file.seek(17)
    dialect = sniff(file, "upload.csv")
    assert [row.cells for row in open_rows(file, dialect)] == ROWS[1:]
    assert file.closed is False


def test_sniffing_is_deterministic(tmp_path):
    path = saved(tmp_path, csv_bytes(encoding="mac-roman", delimiter=";"))
    first = sniff(path, path.name)
    assert [sniff(path, path.name) for _ in range(3)] == [first, first, first]


def test_a_heading_tells_the_delimiter_of_rows_of_many_widths(tmp_path):
    ragged = sniff(saved(tmp_path, b"sku,name,price,brand\nA,Mug,1\nB,Pot,2,Nord,,\nC,Cup, Tea,3,Nord\n"), "a.csv")
    prose = sniff(saved(tmp_path, b"Smith, John, Jr\nMug, white\nPot, large, blue, with lid\nCup\n"), "b.csv")

    assert (ragged.delimiter, ragged.width, ragged.has_header) == (",", 4, True)
    assert prose.width == 1


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n \n"])
def test_a_file_without_rows_is_refused(tmp_path, data):
    with pytest.raises(ReadError) as refusal:
        sniff(saved(tmp_path, data), "file.csv")
    assert refusal.value.code == "empty"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"%PDF-1.7\n", "wrong_format"),
        (b"\x89PNG\r\n\x1a\n", "wrong_format"),
        (b"\x1f\x8b\x08", "wrong_format"),
        (b"<!DOCTYPE html><table>", "wrong_format"),
        (b"\n<table><tr>", "wrong_format"),
        (b'<?xml version="1.0"?><Workbook>', "wrong_format"),
        (b"SQLite format 3\x00", "wrong_format"),
    ],
)
def test_other_kinds_of_file_are_refused_by_name(tmp_path, start, code):
    with pytest.raises(ReadError) as refusal:
        sniff(saved(tmp_path, start + b"1,2\n" * 100), "file.csv")
    assert refusal.value.code == code


def test_text_under_the_name_of_a_workbook_is_refused(tmp_path):
    with pytest.raises(ReadError) as refusal:
        sniff(saved(tmp_path, b"a,b\n1,2\n", "table.xlsx"), "table.xlsx")
    assert (refusal.value.code, refusal.value.hint) == ("wrong_format", "Save it again as CSV or XLSX.")

"""The rows of CSV files: their numbers, their flaws, and the points where reading must stop."""

from __future__ import annotations

import io

import pytest

from backoffice.kernel.transfers.reading import (
    Dialect,
    Limits,
    ReadError,
    check_rows,
    estimate_rows,
    open_rows,
    read_header,
)
from backoffice.kernel.transfers.reading.csv_blocks import BLOCK_CHARS

TWO = Dialect(width=2)


def rows_of(text: str, dialect: Dialect = TWO, limits: Limits | None = None, **options):
    return list(open_rows(io.BytesIO(text.encode()), dialect, limits, **options))


def refusal_of(text: str, dialect: Dialect = TWO, limits: Limits | None = None) -> ReadError:
    with pytest.raises(ReadError) as refusal:
        rows_of(text, dialect, limits)
    return refusal.value


def test_numbers_are_those_of_a_spreadsheet_and_lines_those_of_an_editor():
    text = 'sku,name\n\n1,"a\nb\nc"\n\n,\n2,d\n'
    assert [(row.number, row.line, row.cells) for row in rows_of(text)] == [
        (3, 3, ["1", "a\nb\nc"]),
        (6, 8, ["2", "d"]),
    ]


def test_blank_rows_are_left_out_but_counted():
    assert [row.number for row in rows_of("a,b\n1,x\n,\n  , \n\n2,y\n\n\n")] == [2, 6]


def test_a_row_with_a_blank_first_cell_is_kept():
    assert [row.cells for row in rows_of("a,b\n,x\n")] == [["", "x"]]


def test_a_file_without_heading_gives_its_first_row():
    dialect = Dialect(has_header=False, width=2)
    assert [row.cells for row in rows_of("1,x\n2,y\n", dialect)] == [["1", "x"], ["2", "y"]]
    assert read_header(io.BytesIO(b"1,x\n"), dialect).names == ("Column 1", "Column 2")


def test_the_last_row_needs_no_line_end():
    assert [row.cells for row in rows_of("a,b\n1,x")] == [["1", "x"]]


def test_missing_cells_stay_missing():
    assert [(row.cells, row.flaw) for row in rows_of("a,b\n1\n")] == [(["1"], None)]


def test_extra_blank_cells_are_cut():
    assert [(row.cells, row.flaw) for row in rows_of("a,b\n1,x,, \n")] == [(["1", "x"], None)]


def test_extra_cells_flag_the_row_and_keep_its_cells():
    bad, good = rows_of("a,b\n1,x,,surplus\n2,y\n")
    assert (bad.number, bad.cells, bad.flaw.code) == (2, ["1", "x", "", "surplus"], "too_many_cells")
    assert bad.flaw.message == "The row has 4 cells, the table has 2 columns; the first one too many is “surplus”."
    assert (good.cells, good.flaw) == (["2", "y"], None)


def test_a_nul_flags_its_row_alone():
    first, second = rows_of("a,b\n1,x\0y\n2,z\n")
    assert (first.flaw.code, first.cells) == ("nul", ["1", "x\ufffdy"])
    assert (second.flaw, second.cells) == (None, ["2", "z"])


def test_text_after_a_closing_quote_flags_its_row_alone():
    first, second, third = rows_of('a,b\n1,"5" pipe\n2,"x"\n3,"y""z"\n')
    assert (first.flaw.code, first.cells) == ("quote_misplaced", ["1", "5 pipe"])
    assert (second.cells, second.flaw, third.cells) == (["2", "x"], None, ["3", 'y"z'])


def test_a_stray_carriage_return_flags_its_row_alone():
    first, second = rows_of("a,b\n1,x\ry\n2,z\n")
    assert (first.flaw.code, first.cells, second.flaw) == ("stray_line_break", ["1", "x y"], None)


def test_a_quote_never_closed_is_named_by_the_row_where_it_opens():
    error = refusal_of('a,b\n1,"fine\nstill"\n2,"open\n3,x\n4,y\n')
    assert (error.code, error.row, error.line, error.column) == ("quote_open", 3, 4, 2)


def test_a_quote_closed_by_the_next_one_is_named_by_the_row_where_it_opens():
    error = refusal_of('a,b\n1,ok\n2,"open\n3,"x"\n4,y\n')
    assert (error.code, error.row, error.line, error.column) == ("quote_open", 3, 3, 2)


def test_a_quote_never_closed_in_a_large_file_stops_early():
    line = "1,x\n"
    text = "a,b\n" + line * 10 + '2,"open\n' + line * 2_000_000
    error = refusal_of(text)
    assert (error.code, error.row, error.line) == ("quote_open", 12, 12)


def test_quoted_cells_across_blocks_are_whole():
    cell = "long\n" * (BLOCK_CHARS // 2)
    text = f'a,b\n1,"{cell}"\n2,x\n3,"{cell}"\n'
    limits = Limits(max_cell_chars=len(cell))
    first, second, third = rows_of(text, limits=limits)
    assert (first.cells[1] == cell, second.cells, third.cells[1] == cell) == (True, ["2", "x"], True)
    assert (first.flaw, third.flaw, second.line) == (None, None, 2 + cell.count("\n") + 1)


def test_a_cell_that_is_too_long_flags_its_row():
    first, second = rows_of("a,b\n1,abcdef\n2,abcde\n", limits=Limits(max_cell_chars=5))
    assert (first.flaw.code, first.flaw.message) == ("cell_too_long", "A cell holds 6 characters; the most is 5.")
    assert second.flaw is None


def test_more_rows_than_allowed_are_refused():
    limits = Limits(max_rows=2)
    assert len(rows_of("a,b\n1,x\n\n2,y\n", limits=limits)) == 2
    assert refusal_of("a,b\n1,x\n2,y\n3,z\n", limits=limits).code == "too_many_rows"


def test_more_columns_than_allowed_are_refused():
    with pytest.raises(ReadError) as refusal:
        read_header(io.BytesIO(b"a,b,c\n1,2,3\n"), TWO, Limits(max_columns=2))
    assert (refusal.value.code, refusal.value.row) == ("too_many_columns", 1)


def test_a_larger_file_than_allowed_is_refused_before_it_is_read():
    assert refusal_of("a,b\n" * 10, limits=Limits(max_bytes=20)).code == "too_large"


def test_an_endless_line_is_refused():
    assert refusal_of("a,b\n" + "x" * 6_000_000).code == "line_too_long"


def test_reading_goes_on_after_a_row():
    text = 'a,b\n1,"x\ny"\n\n2,y\n3,z\n'
    assert [row.number for row in rows_of(text, after=2)] == [4, 5]
    assert [row.number for row in rows_of(text, after=5)] == []


def test_rows_can_be_left_before_the_end():
    file = io.BytesIO(b"a,b\n" + b"1,x\n" * 1000)
    rows = open_rows(file, TWO)
    assert next(rows).number == 2
    rows.close()
    assert (file.closed, len(list(open_rows(file, TWO)))) == (False, 1000)


@pytest.mark.parametrize(
    ("text", "count"),
    [("a,b\n1,x\n2,y\n", 2), ("a,b\n1,x\n2,y", 2), ('a,b\n1,"x\ny"\n2,"z""\n"', 2), ("a,b\n", 0), ("a,b", 0)],
)
def test_the_estimate_is_exact_for_tidy_files(text, count):
    assert estimate_rows(io.BytesIO(text.encode()), TWO) == count
    assert estimate_rows(io.BytesIO(text.encode("utf-16-le")), Dialect(encoding="utf-16-le", width=2)) == count


def test_an_estimate_over_the_limit_is_counted_exactly():
    limits = Limits(max_rows=2)
    assert check_rows(io.BytesIO(b"a,b\n1,x\n\n\n2,y\n"), TWO, limits) == 2
    with pytest.raises(ReadError) as refusal:
        check_rows(io.BytesIO(b"a,b\n1,x\n2,y\n3,z\n"), TWO, limits)
    assert refusal.value.code == "too_many_rows"

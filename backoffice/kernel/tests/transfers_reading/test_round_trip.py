"""Whatever a csv writer writes is read back the same, in constant memory."""

from __future__ import annotations

import csv
import io
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.kernel.transfers.reading import Dialect, open_rows, sniff

CELLS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0") | st.sampled_from("\",;\t|'\\\r\n \u2028"),
    max_size=12,
)


@st.composite
def tables(draw):
    """Return rows of equal width, none blank."""
    width = draw(st.integers(2, 6))
    row = st.lists(CELLS, min_size=width, max_size=width).filter(lambda cells: any(map(str.strip, cells)))
    return draw(st.lists(row, min_size=1, max_size=8))


FORMATS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|", "^", "\x1f"]),
        "quotechar": st.sampled_from(['"', "'"]),
        "doublequote": st.booleans(),
        "encoding": st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
        "line_terminator": st.sampled_from(["\n", "\r\n"]),
    }
)


@settings(max_examples=300, deadline=None)
@given(tables(), FORMATS, st.booleans())
def test_rows_written_in_any_dialect_read_back_equal(rows, form, all_quoted):
    escape = "" if form["doublequote"] else "\\"
    if escape:
        rows = [[cell.replace(escape, "/") for cell in row] for row in rows]
    # The writer quotes only its own line end, so line breaks of other systems need quotes around everything.
    breaks = any(mark in cell for row in rows for cell in row for mark in "\r\n")
    text = io.StringIO(newline="")
    csv.writer(
        text,
        delimiter=form["delimiter"],
        quotechar=form["quotechar"],
        doublequote=form["doublequote"],
        escapechar=escape or None,
        lineterminator=form["line_terminator"],
        quoting=csv.QUOTE_ALL if all_quoted or breaks else csv.QUOTE_MINIMAL,
    ).writerows(rows)
    dialect = Dialect(**form, escapechar=escape, has_header=False, width=len(rows[0]))
    file = io.BytesIO(text.getvalue().encode(form["encoding"]))
    assert [row.cells for row in open_rows(file, dialect)] == rows


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[A-Z]{2}-[0-9]{4}", fullmatch=True),
            st.text(st.sampled_from("abcdé ,;|\t'\n"), max_size=15).map(lambda text: f"x{text}x"),
            st.decimals(0, 1000, places=2).map(str),
        ),
        min_size=3,
        max_size=20,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_a_sniffed_file_reads_back_equal(rows, delimiter, line_end, encoding):
    text = io.StringIO(newline="")
    table = [["sku", "name", "price"], *map(list, rows)]
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(table)
    file = io.BytesIO(text.getvalue().encode(encoding))
    dialect = sniff(file, "file.csv", known_names=["SKU", "Name", "Price"])
    assert (dialect.delimiter, dialect.has_header) == (delimiter, True)
    assert [row.cells for row in open_rows(file, dialect)] == table[1:]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(data):
    from backoffice.kernel.transfers.reading import ReadError

    try:
        file = io.BytesIO(data)
        dialect = sniff(file, "file.csv")
        assert Dialect.from_json(dialect.to_json()) == dialect
        for row in open_rows(file, dialect):
            assert row.number >= 1
    except ReadError as error:
        assert error.message  # noqa: PT017  # any refusal will do, if it says why


def test_memory_does_not_grow_with_the_rows(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("sku,name,price\n" + "A-1234,A name of some length,12.50\n" * 300_000)
    dialect = sniff(path, path.name)
    tracemalloc.start()
    count = sum(1 for _ in open_rows(path, dialect))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300_000
    assert peak < 8_000_000

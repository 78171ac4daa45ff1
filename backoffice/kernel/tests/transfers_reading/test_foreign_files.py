"""Sample files of other systems: the exact dialect, heading and number of rows of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from backoffice.kernel.transfers.reading import RawRow, estimate_rows, open_rows, read_header, sniff

pytestmark = pytest.mark.foreign

# path, encoding, delimiter, quote, escape, line end, heading, width, data rows, first column
FILES = [
    ("catalogues/bagisto_customers.csv", "utf-8", ",", '"', "", "\n", True, 7, 3, "email"),
    ("catalogues/bagisto_products-directory-images.csv", "utf-8", ",", '"', "", "\n", True, 38, 2, "sku"),
    ("catalogues/bagisto_products-with-errors.csv", "utf-8", ",", '"', "", "\n", True, 38, 2, "sku"),
    ("catalogues/bagisto_products.csv", "utf-8", ",", '"', "", "\n", True, 39, 26, "sku"),
    ("catalogues/die_books-ISO-8859-1.csv", "cp1252", ",", '"', "", "\n", True, 3, 1, "id"),
    ("catalogues/die_books-mac.csv", "utf-8", ",", '"', "", "\r", True, 3, 1, "id"),
    ("catalogues/oscar_books-small-semicolon.csv", "utf-8", ";", '"', "\\", "\n", False, 7, 10, "Column 1"),
    ("catalogues/oscar_books.computers-in-fiction.csv", "utf-8", ",", '"', "", "\r\n", False, 9, 86, "Column 1"),
    ("catalogues/shopify_packt_product-data.csv", "utf-8", ",", '"', "", "\n", True, 48, 21, "Handle"),
    ("catalogues/spree_customers.csv", "utf-8", ",", '"', "", "\n", True, 13, 20, "email"),
    ("catalogues/spree_products.csv", "utf-8", ",", '"', "", "\n", True, 39, 211, "slug"),
    ("catalogues/spree_products_import_fixture.csv", "utf-8", ",", '"', "", "\n", True, 45, 17, "slug"),
    ("orders/uci_online_retail_orders_2010-12-01.csv", "utf-8", ",", '"', "", "\n", True, 8, 3108, "InvoiceNo"),
]
IDS = [Path(item[0]).stem for item in FILES]


def _rows(folder: Path, path: str) -> list[RawRow]:
    file = folder / path
    return list(open_rows(file, sniff(file, file.name)))


@pytest.mark.parametrize("expected", FILES, ids=IDS)
def test_each_sample_has_its_dialect_and_all_its_rows(expected, foreign_data):
    path, encoding, delimiter, quote, escape, line_end, has_header, width, count, first = expected
    file = foreign_data / path
    dialect = sniff(file, file.name)
    found = (
        dialect.encoding, dialect.delimiter, dialect.quotechar, dialect.escapechar,
        dialect.line_terminator, dialect.has_header, dialect.width,
    )  # fmt: skip
    assert found == (encoding, delimiter, quote, escape, line_end, has_header, width)
    assert (dialect.bom, dialect.skip, dialect.format) == (False, 0, "csv")
    header = read_header(file, dialect)
    assert (header.names[0], len(header.names), header.problems) == (first, width, ())
    rows = list(open_rows(file, dialect))
    assert (len(rows), [row for row in rows if row.flaw]) == (count, [])
    assert estimate_rows(file, dialect) == count


def test_every_csv_of_the_folder_is_expected(foreign_data):
    present = {str(path.relative_to(foreign_data)) for path in foreign_data.glob("*/*.csv")}
    assert present == {item[0] for item in FILES}


def test_a_latin_1_letter_is_read(foreign_data):
    assert _rows(foreign_data, "catalogues/die_books-ISO-8859-1.csv")[0].cells == [
        "1",
        "Merci à toi",
        "test@example.com",
    ]


def test_the_macintosh_file_has_its_second_row(foreign_data):
    row = _rows(foreign_data, "catalogues/die_books-mac.csv")[0]
    assert (row.number, row.line, row.cells) == (2, 2, ["1", "Some book", "test@example.com"])


def test_a_short_row_keeps_its_missing_cells_missing(foreign_data):
    rows = _rows(foreign_data, "catalogues/oscar_books-small-semicolon.csv")
    assert [len(row.cells) for row in rows] == [7, 4, 7, 7, 7, 7, 7, 7, 7, 7]
    assert rows[7].cells[1] == 'Readings from" Voices of a People\'s History of the United States"'


def test_ragged_rows_of_one_export_are_short_not_wrong(foreign_data):
    rows = _rows(foreign_data, "catalogues/spree_products_import_fixture.csv")
    assert sorted({len(row.cells) for row in rows}) == [40, 45]


def test_quoted_line_breaks_start_no_row(foreign_data):
    rows = _rows(foreign_data, "catalogues/shopify_packt_product-data.csv")
    assert [row.number for row in rows] == list(range(2, 23))
    assert rows[-1].line == 27


def test_the_order_file_has_its_last_line(foreign_data):
    rows = _rows(foreign_data, "orders/uci_online_retail_orders_2010-12-01.csv")
    assert (rows[-1].number, rows[-1].line, len(rows[-1].cells)) == (3109, 3109, 8)
    assert sum(row.cells[0].startswith("C") for row in rows) == 26

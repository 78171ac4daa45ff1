"""One catalogue in every form that a file may have: encodings, delimiters, line ends, quoting, ragged rows."""

from __future__ import annotations

import csv
import io
import itertools
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from backoffice.kernel.tests.transfers.uploading import applied, counts, diffs, errors, planned
from products.models import Product, Variant

pytestmark = pytest.mark.django_db

SAMPLES = sorted((Path(settings.BASE_DIR) / "data" / "samples").glob("*.csv"))
ROWS = [
    ["sku", "name", "price", "brand", "description", "stock"],
    ["00017", "Bücherregal, „Öland“", "49.90", "Möbel & Söhne", 'Maße: 80 ÷ 30 cm\nFarbe: "weiß"', "7"],
    ["00018", "Crème brûlée; Förmchen | Set", "12.00", "Café Noël", "Für 25 €\tund mehr", ""],
]


def written(
    rows: list[list[str]] = ROWS, *, delimiter: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def landed() -> list[tuple]:
    rows = Variant.objects.order_by("sku").values_list(
        "sku", "product__name", "price", "product__brand", "product__description", "stocks__on_hand"
    )
    return [(*row[:4], " ".join(row[4].split()), row[5]) for row in rows]


EXPECTED = [
    ("00017", "Bücherregal, „Öland“", Decimal("49.90"), "Möbel & Söhne", 'Maße: 80 ÷ 30 cm Farbe: "weiß"', 7),
    ("00018", "Crème brûlée; Förmchen | Set", Decimal("12.00"), "Café Noël", "Für 25 € und mehr", None),
]

FORMS = {
    "utf-8": written().encode(),
    "utf-8 with a mark": written().encode("utf-8-sig"),
    "utf-16 little-endian with a mark": written().encode("utf-16"),
    "utf-16 big-endian with a mark": b"\xfe\xff" + written().encode("utf-16-be"),
    "utf-16 without a mark": written().encode("utf-16-le"),
    "utf-32 with a mark": written().encode("utf-32"),
    "windows-1252": written().encode("cp1252"),
    "windows-1252 with CRLF and semicolons": written(delimiter=";", end="\r\n").encode("cp1252"),
    "mac-roman with CR": written(end="\r").encode("mac-roman"),
    "semicolons": written(delimiter=";").encode(),
    "tabs": written(delimiter="\t").encode(),
    "bars": written(delimiter="|").encode(),
    "CRLF": written(end="\r\n").encode(),
    "CR": written(end="\r").encode(),
    "everything quoted": written(quoting=csv.QUOTE_ALL).encode(),
    "quoted behind a blank": written(quoting=csv.QUOTE_ALL).replace('","', '", "').encode(),
    "tabs in utf-16, as spreadsheets save it": written(delimiter="\t", end="\r\n").encode("utf-16"),
    "a line that names the delimiter": ("sep=;\r\n" + written(delimiter=";", end="\r\n")).encode("cp1252"),
    "blank lines between": written().replace("\n00018", "\n\n\n00018").encode(),
    "no line end at the end": written().rstrip("\n").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_it_lands_in_every_form(shop, form):
    upload = applied(FORMS[form], name="bücher.csv")

    assert counts(upload) == {"rows": 2, "created": 2}
    assert landed() == EXPECTED
    assert counts(applied(FORMS[form])) == {"rows": 2, "unchanged": 2}


def test_every_delimiter_line_end_and_encoding_is_planned_alike(shop):
    encodings = [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b""),
        ("cp1252", b""),
    ]
    plain = diffs(planned(written()))

    for delimiter, end, (encoding, mark) in itertools.product(",;\t|", ("\n", "\r\n", "\r"), encodings):
        text = written(delimiter=delimiter).replace("\n", end)
        assert diffs(planned(mark + text.encode(encoding))) == plain, (delimiter, end, encoding, mark)


def test_line_ends_within_a_text_are_no_change(shop):
    text = 'sku,name,price,description\nA,Mug,1.50,"One\nTwo"\n'
    assert counts(applied(text)) == {"rows": 1, "created": 1}
    assert Product.objects.get().description == "One\nTwo"

    for end in ("\r\n", "\r"):
        assert counts(planned(text.replace("\n", end).encode())) == {"rows": 1, "unchanged": 1}

    Product.objects.update(description="One\r\nTwo")  # as a browser's form sends it
    assert counts(planned(text)) == {"rows": 1, "unchanged": 1}


def test_codes_that_a_spreadsheet_made_numbers_of_are_refused(shop):
    upload = planned("""
        sku,name,price,barcode
        A,Mug,1.50,8.90E+12
        1.23E+10,Pot,2.00,
        B,Cup,2.00,"=""0012345678905\"""
    """)

    assert counts(upload) == {"rows": 3, "created": 1, "failed": 2}
    assert {number: said[0][0] for number, said in errors(upload).items()} == {2: "barcode", 3: "sku"}
    assert diffs(upload)[4]["barcode"] == "0012345678905"


def test_latin_1_lands(shop):
    text = "sku;name;price\nA;Größe süß;1,50\nB;Café;2,00\n"

    upload = applied(text.encode("latin-1"))

    assert (counts(upload), upload.dialect["encoding"]) == ({"rows": 2, "created": 2}, "cp1252")
    assert list(Product.objects.order_by("name").values_list("name", flat=True)) == ["Café", "Größe süß"]
    assert Variant.objects.get(sku="A").price == Decimal("1.50")


def test_rows_that_are_too_short_keep_and_those_that_are_too_long_are_refused(shop):
    text = "sku,name,price,brand\nA,Mug,1\nB,Pot,2,Nord,,\nC,Cup, Tea,3,Nord\n"

    upload = applied(text, on_error="skip")

    assert counts(upload) == {"rows": 3, "created": 2, "failed": 1}
    assert dict(Variant.objects.values_list("sku", "product__brand")) == {"A": "", "B": "Nord"}
    said = errors(upload)[4][0][2]
    assert said == (
        "The row has 5 cells, the table has 4 columns; the first one too many is “Nord”. "
        "A delimiter inside a text needs quotes around the text."
    )


OTHER_FORMS = {
    "a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "windows-1252": lambda text: text.encode("cp1252"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_each_systems_file_is_planned_alike_in_every_form(shop, path):
    text = path.read_text()
    plain = planned(text.encode(), name=path.name)

    for form, encoded in OTHER_FORMS.items():
        upload = planned(encoded(text), name=path.name)
        assert upload.mapping["shape"] == plain.mapping["shape"], form
        assert counts(upload) == counts(plain), form
        assert (diffs(upload), errors(upload)) == (diffs(plain), errors(plain)), form

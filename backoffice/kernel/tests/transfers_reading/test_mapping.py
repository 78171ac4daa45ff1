"""Which column fills which field: exact, by synonym, or a guess that is marked as one."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from backoffice.kernel.transfers.reading import (
    Column,
    Mapping,
    Question,
    ReadError,
    ValueFormat,
    open_rows,
    read_column,
    read_header,
    read_samples,
    sniff,
    suggest_mapping,
)
from backoffice.kernel.transfers.reading.mapping.similarity import name_similarity

from .samples import csv_bytes, saved

COLUMNS = [
    Column(field="sku", label="SKU", synonyms=("Variant SKU", "Artikelnummer", "Default Code"), required=True),
    Column(field="name", label="Name", synonyms=("Title", "Bezeichnung")),
    Column(
        field="price", label="Price", synonyms=("Variant Price", "Preis"), kind="decimal", places=2, minimum=Decimal(0)
    ),
    Column(field="compare_at", label="Compare-at price", kind="decimal", places=2),
    Column(field="stock", label="Stock", synonyms=("Variant Inventory Qty",), kind="integer"),
    Column(field="weight", label="Weight", synonyms=("Gewicht",), kind="decimal"),
    Column(field="barcode", label="Barcode", synonyms=("EAN", "GTIN"), shape="barcode"),
    Column(field="contact", label="Contact mail", shape="email"),
    Column(field="active", label="Active", kind="bool"),
    Column(field="since", label="Available on", kind="date"),
    Column(field="status", label="Status", kind="choice", choices=("draft", "active"), aliases={"live": "active"}),
    Column(field="tags", label="Tags", kind="list"),
]


def mapped(headers, samples=()):
    """Return (heading, field, how) of each column."""
    return [(match.header, match.field, match.how) for match in suggest_mapping(headers, COLUMNS, samples).matches]


def test_own_names_and_labels_are_exact_in_any_spelling():
    assert mapped(["SKU", "compare_at", "Compare at Price", " PRICE "]) == [
        ("SKU", "sku", "exact"), ("compare_at", "compare_at", "exact"), ("Compare at Price", "", "none"), (" PRICE ", "price", "exact"),
    ]  # fmt: skip


def test_synonyms_are_known():
    assert mapped(["Variant SKU", "Bezeichnung", "variant_price", "Foo"]) == [
        ("Variant SKU", "sku", "synonym"), ("Bezeichnung", "name", "synonym"), ("variant_price", "price", "synonym"), ("Foo", "", "none"),
    ]  # fmt: skip


def test_an_exact_name_wins_over_a_synonym_wherever_it_stands():
    mapping = suggest_mapping(["Variant Price", "Price"], COLUMNS)
    assert mapping.places == {"price": 1}
    assert mapping.matches[0].note == "Another column already fills “Price”."
    assert mapping.unmapped == ("Variant Price",)


def test_guesses_need_a_near_name_and_values_that_fit():
    fitting = [["5", "1.50"], ["17", "2.00"]]
    assert mapped(["Stocks", "Prices"], fitting) == [("Stocks", "stock", "guess"), ("Prices", "price", "guess")]
    assert mapped(["Stocks", "Prices"], [["a lot", "cheap"], ["few", "dear"]]) == [
        ("Stocks", "", "none"),
        ("Prices", "", "none"),
    ]


def test_words_that_say_little_do_not_make_a_guess():
    assert mapped(["Product of the year"], [["x"]]) == [("Product of the year", "", "none")]


def test_a_file_without_headings_is_guessed_by_shape_alone():
    samples = [["A", "4006381333931", "me@example.com", "5"], ["B", "9780553380958", "you@example.com", "7"]]
    mapping = suggest_mapping(["Column 1", "Column 2", "Column 3", "Column 4"], COLUMNS, samples)
    assert [(match.field, match.how, match.note) for match in mapping.matches] == [
        ("", "none", ""),
        ("barcode", "guess", "Guessed from the values."),
        ("contact", "guess", "Guessed from the values."),
        ("", "none", ""),
    ]
    assert (mapping.missing, mapping.complete) == (("sku",), False)


def test_a_known_name_over_values_that_do_not_fit_says_so():
    match = suggest_mapping(["price"], COLUMNS, [["cheap"], ["dear"], ["1.50"]]).matches[0]
    assert (match.field, match.how, match.note) == ("price", "exact", "Only 33% of the sample values fit the field.")


def test_the_decimal_mark_is_decided_per_column_and_doubt_settled_by_the_file():
    samples = [["A", "12,50", "1.250"], ["B", "3,99", "2.500"]]
    mapping = suggest_mapping(["sku", "price", "weight"], COLUMNS, samples)
    assert [match.written.decimal_mark for match in mapping.matches[1:]] == [",", ","]
    assert (mapping.questions, mapping.complete) == ((), True)
    assert mapping.matches[2].note == "“1.250” may be 1.250 or 1250; it is read as in the other columns."


def test_doubt_that_nothing_settles_is_asked():
    mapping = suggest_mapping(["sku", "weight", "since"], COLUMNS, [["A", "1.250", "03/04/2024"]])
    assert mapping.complete is False
    assert mapping.questions == (
        ("weight", Question("decimal_mark", "“1.250” may be 1.250 or 1250.", (".", ","))),
        ("since", Question("date_order", "“03/04/2024” may have the day or the month first.", ("dmy", "mdy"))),
    )
    answered = mapping.chosen(1, "weight", COLUMNS, ValueFormat(decimal_mark=",")).chosen(
        2, "since", COLUMNS, ValueFormat(date_order="dmy")
    )
    assert (answered.complete, answered.matches[1].how, answered.matches[2].written.date_order) == (
        True,
        "chosen",
        "dmy",
    )


def test_columns_that_contradict_each_other_settle_nothing():
    columns = [*COLUMNS, Column(field="cost", label="Cost", kind="decimal")]
    mapping = suggest_mapping(["price", "cost", "weight"], columns, [["1,50", "1.50", "1.250"]])
    assert [match.written.decimal_mark for match in mapping.matches] == [",", ".", "."]
    assert [heading for heading, _ in mapping.questions] == ["weight"]


def test_a_choice_by_hand_takes_the_field_from_another_column():
    mapping = suggest_mapping(["sku", "code"], COLUMNS).chosen(1, "sku", COLUMNS)
    assert [(match.field, match.how) for match in mapping.matches] == [("", "none"), ("sku", "chosen")]
    left_out = mapping.chosen(1, "", COLUMNS)
    assert (left_out.places, left_out.missing) == ({}, ("sku",))


@pytest.mark.parametrize(("place", "field"), [(2, "sku"), (-1, "sku"), (0, "nothing")])
def test_a_choice_that_cannot_be_is_refused(place, field):
    with pytest.raises(ReadError) as refusal:
        suggest_mapping(["sku", "code"], COLUMNS).chosen(place, field, COLUMNS)
    assert refusal.value.code == "mapping"


def test_a_mapping_survives_json():
    mapping = suggest_mapping(["sku", "weight", "Foo", "tags"], COLUMNS, [["A", "1.250", "x", "a|b"]])
    assert Mapping.from_json(json.loads(json.dumps(mapping.to_json())), COLUMNS) == mapping


@pytest.mark.parametrize(
    "matches",
    [
        [{"header": "a", "field": "gone"}],
        [{"header": "a", "field": "sku"}, {"header": "b", "field": "sku"}],
        [{"field": "sku"}],
        [{"header": "a", "field": "sku", "how": "magic"}],
        [{"header": "a", "field": "sku", "written": {"decimal_mark": "x"}}],
        None,
    ],
)
def test_a_saved_mapping_that_no_longer_fits_is_refused(matches):
    with pytest.raises(ReadError) as refusal:
        Mapping.from_json({"matches": matches}, COLUMNS)
    assert refusal.value.code == "mapping"


@pytest.mark.parametrize(
    ("heading", "field", "near"),
    [
        ("Sku Code", "sku", False),
        ("Barcodes", "barcode", True),
        ("Availible on", "since", True),
        ("Nom", "name", False),
    ],
)
def test_how_near_headings_are(heading, field, near):
    column = next(column for column in COLUMNS if column.field == field)
    assert (name_similarity(heading, column) >= 0.72) is near


def test_columns_are_read_as_their_kind():
    fields = {column.field: column for column in COLUMNS}
    written = ValueFormat(decimal_mark=",", date_order="dmy", list_separator="|")
    read = {
        field: read_column(fields[field], values, written)
        for field, values in {
            "sku": ["00123", ""],
            "price": ["12,50", "-1"],
            "stock": ["1.000", "2,5"],
            "active": ["ja", "?"],
            "since": ["03/04/2024", "x"],
            "status": ["Live", "gone"],
            "tags": ["a|b", ""],
        }.items()
    }
    assert {field: list(values) for field, (values, _) in read.items()} == {
        "sku": ["00123", None],
        "price": [Decimal("12.50"), None],
        "stock": [1000, None],
        "active": [True, None],
        "since": [date(2024, 4, 3), None],
        "status": ["active", None],
        "tags": [("a", "b"), None],
    }
    assert {field: errors[1].code for field, (_, errors) in read.items() if errors} == {
        "price": "too_small", "stock": "not_whole", "active": "not_a_bool", "since": "not_a_date", "status": "not_a_choice",
    }  # fmt: skip


def test_from_a_file_to_values(tmp_path):
    rows = [["Artikelnummer", "Preis", "Foo"], ["00123", "1.234,50", "x"], ["00124", "3,99", "y"]]
    path = saved(tmp_path, csv_bytes(rows, delimiter=";", encoding="cp1252"))
    dialect = sniff(path, path.name)
    header = read_header(path, dialect)
    mapping = suggest_mapping(header.names, COLUMNS, [row.cells for row in read_samples(path, dialect)])
    assert (mapping.places, mapping.unmapped, mapping.complete) == ({"sku": 0, "price": 1}, ("Foo",), True)
    texts = [row.cells[1] for row in open_rows(path, dialect)]
    assert read_column(COLUMNS[2], texts, mapping.matches[1].written) == ([Decimal("1234.50"), Decimal("3.99")], {})

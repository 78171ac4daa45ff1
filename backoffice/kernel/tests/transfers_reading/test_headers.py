"""Headings: how they are compared, named, and told from data."""

from __future__ import annotations

import pytest

from backoffice.kernel.transfers.reading import Limits, ReadError, name_key, normal_name
from backoffice.kernel.transfers.reading.guess_header import guess_header
from backoffice.kernel.transfers.reading.header import known_keys, make_header, numbered_header

NOTHING = frozenset()


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Variant SKU", "variant sku"), ("variant_sku", "variant sku"), ("  Variant\xa0-\tSKU ", "variant sku"), ("\ufeffSKU", "sku"),
        ("Body (HTML)", "body html"), ("Prénom", "prenom"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("E-Mail", "e mail"),
        ("price\u200b", "price"), ("Цена", "цена"), ("السعر", "السعر"), ("", ""), ("__", ""), ("№ 5", "no 5"),
    ],
)  # fmt: skip
def test_headings_in_the_form_in_which_they_are_compared(text, normal):
    assert normal_name(text) == normal


def test_word_boundaries_make_no_difference():
    assert {name_key(text) for text in ("E-Mail", "e mail", "EMail", "e_mail")} == {"email"}


def test_blank_and_repeated_headings_are_named():
    header = make_header(["SKU", "", "price", "Price", "price (2)", " name \n of it "], width=7, row=3, limits=Limits())
    assert header.names == ("SKU", "Column 2", "price", "Price (2)", "price (2) (2)", "name of it", "Column 7")
    assert header.raw == ("SKU", "", "price", "Price", "price (2)", " name \n of it ", "")
    assert header.row == 3
    assert header.problems == (
        "Column 2 has no heading; it is called “Column 2”.",
        "The heading “Price” is there more than once; column 4 is called “Price (2)”.",
        "The heading “price (2)” is there more than once; column 5 is called “price (2) (2)”.",
        "Column 7 has no heading; it is called “Column 7”.",
    )
    assert len({name_key(name) for name in header.names}) == 7


def test_a_file_without_headings_has_numbers():
    assert numbered_header(2).names == ("Column 1", "Column 2")


def test_too_many_headings_are_refused():
    with pytest.raises(ReadError) as refusal:
        make_header(["a"] * 3, width=3, row=1, limits=Limits(max_columns=2))
    assert str(refusal.value) == (
        "Row 1: The row has 3 columns; the most that can be read is 2. "
        "Check the delimiter, or delete the columns that are not needed."
    )


@pytest.mark.parametrize(
    ("records", "known", "found"),
    [
        ([["sku", "price"], ["A", "1.50"]], (), (0, True, True)),
        ([["A", "1.50"], ["B", "2.50"]], (), (0, False, True)),
        ([["Artikel", "Farbe"], ["A", "rot"], ["B", "blau"]], (), (0, True, False)),
        ([["Artikel", "Farbe"], ["A", "rot"], ["B", "blau"]], ("Farbe",), (0, True, True)),
        ([["rot", "A"], ["blau", "A"], ["rot", "B"]], (), (0, False, False)),
        ([["sku", "2023", "2024"], ["A", "5", "7"]], ("SKU",), (0, False, True)),
        ([["sku", "name", "price", "2024"], ["A", "x", "1.50", "7"]], ("SKU", "name"), (0, True, True)),
        ([["me@example.com", "x"], ["you@example.com", "y"]], (), (0, False, True)),
        ([["sku", "name"]], ("sku",), (0, True, True)),
        ([["1", "2"]], (), (0, False, True)),
        ([[], ["", ""], ["sku", "price"], ["A", "1"]], (), (0, True, True)),
        ([["Report"], [], ["sku", "name", "price", "stock"], ["A", "a", "1", "2"], ["B", "b", "3", "4"]], (), (2, True, True)),
        ([["sku", "", "", ""], ["A", "1", "2", "3"], ["B", "1", "2", "3"]], (), (1, False, True)),
        ([], (), (0, True, False)),
    ],
)  # fmt: skip
def test_the_heading_is_told_from_data(records, known, found):
    guess = guess_header(records, known_keys(known))
    assert (guess.skip, guess.has_header, guess.sure) == found


@pytest.mark.parametrize(
    ("rows", "skip"),
    [
        ([["Price list"], [], ["sku", "price"], ["A", "1"]], 2),
        ([["Products"], ["sku", "name", "price"], ["A", "Mug", "1"]], 1),
        ([["sku", "name", "price"], ["name", "price", "1"]], 0),
        ([["A", "Mug", "1"], ["sku", "name", "2"]], 0),
        ([["A", "Mug"], ["sku", "name"]], 0),
    ],
)
def test_known_headings_are_found_below_a_title_however_few_the_columns(rows, skip):
    assert guess_header(rows, known_keys(["sku", "name", "price"])).skip == skip


def test_the_reason_is_given():
    guess = guess_header([["Handle", "Title", "Foo"], ["a", "b", "c"]], known_keys(["handle", "title"]))
    assert guess.reason == "The first row has known headings: “Handle”, “Title”."
    assert guess_header([["5", "x"]], NOTHING).reason == "The first row holds values such as “5”, so it is data."

"""Numbers: exact, by one decimal mark per column, refused in plain words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.transfers.reading import (
    CellError,
    DecimalRule,
    decide_decimal_mark,
    decimal_column,
    integer_column,
    parse_decimal,
    parse_integer,
)

COMMA = DecimalRule(mark=",")
NBSP = "\xa0"


@pytest.mark.parametrize(
    ("value", "rule", "number"),
    [
        ("12.50", DecimalRule(), "12.50"), ("1,234.56", DecimalRule(), "1234.56"), ("1.234,56", COMMA, "1234.56"),
        ("12,50", COMMA, "12.50"), ("€ 5", COMMA, "5"), ("5 €", DecimalRule(), "5"), ("$1,234.56", DecimalRule(), "1234.56"),
        ("EUR 12.5", DecimalRule(), "12.5"), ("12.5 EUR", DecimalRule(currency="EUR"), "12.5"), (f"1{NBSP}234,5", COMMA, "1234.5"),
        ("1'234.50", DecimalRule(), "1234.50"), ("1\u2019234.50", DecimalRule(), "1234.50"), ("1,23,456.00", DecimalRule(), "123456.00"),
        ("(5.00)", DecimalRule(), "-5.00"), ("-5", DecimalRule(), "-5"), ("5-", DecimalRule(), "-5"), ("\u22125", DecimalRule(), "-5"),
        ("-$5", DecimalRule(), "-5"), ("$-5", DecimalRule(), "-5"), ("+5", DecimalRule(), "5"), (".5", DecimalRule(), "0.5"),
        ("5.", DecimalRule(), "5"), (" 7 ", DecimalRule(), "7"), ("'12.5", DecimalRule(), "12.5"), ("19%", DecimalRule(percent=True), "19"),
        ("0012", DecimalRule(), "12"), ("1234567890123456789", DecimalRule(), "1234567890123456789"),
        ("\u0661\u0662\u066b\u0665", DecimalRule(), "12.5"), ("\u0661\u066c\u0662\u0663\u0664", COMMA, "1234"), ("100,00 kr.", COMMA, "100.00"),
        ("zł 5", DecimalRule(currency="PLN"), "5"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(value, rule, number):
    found = parse_decimal(value, rule)
    assert (found, str(found)) == (Decimal(number), number)


@pytest.mark.parametrize("value", ["", " ", NBSP, "\ufeff", "'"])
def test_blank_is_no_number_and_no_error(value):
    assert parse_decimal(value) is None
    assert parse_integer(value) is None


@pytest.mark.parametrize("value", ["-0", "-0.00", "(0)", "0-"])
def test_minus_zero_is_zero(value):
    assert str(parse_decimal(value)).startswith("0")


@pytest.mark.parametrize(
    ("value", "rule", "code"),
    [
        ("1e30", DecimalRule(), "shortened_number"), ("4.006E+12", DecimalRule(), "shortened_number"),
        ("4,006E+12", COMMA, "shortened_number"), ("NaN", DecimalRule(), "not_a_number"), ("inf", DecimalRule(), "not_a_number"),
        ("Infinity", COMMA, "not_a_number"), ("abc", DecimalRule(), "not_a_number"), ("12.5 pcs", DecimalRule(), "not_a_number"),
        ("5 XYZ", DecimalRule(), "not_a_number"), ("1,2,3", DecimalRule(), "not_a_number"), ("--5", DecimalRule(), "not_a_number"),
        ("1_000", DecimalRule(), "not_a_number"), ("0x10", DecimalRule(), "not_a_number"), (".", DecimalRule(), "not_a_number"),
        ("-", DecimalRule(), "not_a_number"), ("1.2.3", DecimalRule(), "not_a_number"), ("12,50", DecimalRule(), "decimal_mark"),
        ("1.234,56", DecimalRule(), "decimal_mark"), ("12.50", COMMA, "decimal_mark"), ("1,234.56", COMMA, "decimal_mark"),
        ("19%", DecimalRule(), "percentage"), ("9" * 30, DecimalRule(), "too_many_digits"), ("0." + "1" * 30, DecimalRule(), "too_many_digits"),
        ("$5", DecimalRule(currency="EUR"), "currency"), ("5 GBP", DecimalRule(currency="EUR"), "currency"),
        ("#N/A", DecimalRule(), "sheet_error"), ("#DIV/0!", COMMA, "sheet_error"), ("#UNCALCULATED!", DecimalRule(), "formula_without_result"),
        ("12.345", DecimalRule(places=2), "too_many_places"), ("-1", DecimalRule(minimum=Decimal(0)), "too_small"),
        ("101", DecimalRule(maximum=Decimal(100)), "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(value, rule, code):
    found = parse_decimal(value, rule)
    assert (type(found), found.code) == (CellError, code)


def test_refusals_say_what_to_do():
    assert parse_decimal("12,50") == CellError(
        "decimal_mark",
        "“12,50” does not fit: this column has a point before the decimals.",
        "Write it so, or choose a comma for the whole column.",
    )
    assert (
        parse_decimal("4.006E+12").hint
        == "Format the column as text or as a number without exponent, and type it again."
    )


def test_places_are_kept_not_rounded():
    assert str(parse_decimal("12.500000", DecimalRule(places=2))) == "12.50"
    assert str(parse_decimal("12.5", DecimalRule(places=2))) == "12.5"


@pytest.mark.parametrize(
    ("value", "number"), [("12", 12), ("12.0", 12), ("1,234", 1234), ("-3", -3), ("007", 7), (" 5 ", 5)]
)
def test_whole_numbers(value, number):
    assert parse_integer(value) == number


@pytest.mark.parametrize(
    ("value", "code"), [("12.5", "too_many_places"), ("1e3", "shortened_number"), ("x", "not_a_number")]
)
def test_what_is_no_whole_number(value, code):
    assert parse_integer(value).code == code


def test_a_column_gives_values_and_errors_by_place():
    values, errors = decimal_column(["1.5", "x", "", "1.5", "x"])
    assert values == [Decimal("1.5"), None, None, Decimal("1.5"), None]
    assert {place: error.code for place, error in errors.items()} == {1: "not_a_number", 4: "not_a_number"}
    assert integer_column(["1", "2.5", "3"], DecimalRule(minimum=Decimal(2)))[0] == [None, None, 3]


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from([".", ","]), st.booleans())
def test_formatted_numbers_read_back(number, mark, grouped):
    text = f"{number:,.2f}" if grouped else f"{number:.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert parse_decimal(text, DecimalRule(mark=mark)) == number


@given(st.text(max_size=20))
def test_any_text_gives_a_number_nothing_or_an_error(text):
    found = parse_decimal(text)
    assert found is None or isinstance(found, CellError) or found.is_finite()


@pytest.mark.parametrize(
    ("values", "mark", "sure"),
    [
        (["12,50", "3"], ",", True), (["1,234.56"], ".", True), (["1.234,56"], ",", True), (["1,234"], ".", False),
        (["1.234"], ".", False), (["1.234", "1,5"], ",", True), (["1,234", "2.5"], ".", True), (["0,125"], ",", True),
        (["0.125"], ".", True), (["1.234.567"], ",", True), (["1,234,567"], ".", True), (["1234,567"], ",", True),
        (["€ 1.234,00"], ",", True), (["1 234,567"], ",", True), (["12", "", "x"], ".", True), ([], ".", True), (["-1,5"], ",", True),
        (["1.2.3", "a.b"], ".", True), (["000,125"], ",", True), (["(1,50)"], ",", True), (["1.5", "2,5"], ".", False), (["7,5%"], ",", True),
    ],
)  # fmt: skip
def test_the_decimal_mark_of_a_column(values, mark, sure):
    guess = decide_decimal_mark(values)
    assert (guess.mark, guess.sure) == (mark, sure)


def test_other_columns_settle_a_doubtful_one_but_no_contradiction():
    guess = decide_decimal_mark(["1.250"], hint=",")
    assert guess == (",", True, "“1.250” may be 1.250 or 1250; it is read as in the other columns.", True)
    contradiction = decide_decimal_mark(["1.5", "2,5"], hint=",")
    assert (contradiction.mark, contradiction.sure) == (",", False)
    assert contradiction.note == "“1.5” has a point before its decimals, “2,5” a comma; one of them is wrong."

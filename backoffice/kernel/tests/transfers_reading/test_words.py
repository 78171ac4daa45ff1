"""Text, yes and no, choices and lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.transfers.reading import (
    CellError,
    TextRule,
    bool_column,
    choice_column,
    choice_table,
    clean_text,
    list_column,
    neutralise_formula,
    parse_bool,
    parse_choice,
    parse_list,
    restore_formula,
    text_column,
)
from backoffice.kernel.transfers.reading.values.words import decide_list_separator


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"), ("  both ends\xa0", "both ends"), ("00123", "00123"), ("\ufeffsku", "sku"), ("Cafe\u0301", "Café"),
        ("two\nlines", "two lines"), ("tab\there", "tab here"), ("a \r\n b", "a b"), ("'=1+1", "=1+1"), ("'-5", "-5"),
        ("'00123", "'00123"), ("''=x", "'=x"), ("it's", "it's"), ("'t Hof", "'t Hof"), ("#1 teapot", "#1 teapot"), ("👩‍👧", "👩‍👧"), ("\u200bx\u200b", "x"),
    ],
)  # fmt: skip
def test_text_is_cleaned_but_not_changed_in_meaning(value, text):
    assert clean_text(value) == text


@pytest.mark.parametrize("value", ["", " ", "\xa0\t", "\u200b"])
def test_blank_text_is_nothing(value):
    assert clean_text(value) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_of_several_lines_keeps_them_however_they_end(end):
    assert clean_text(f" a{end}\tb {end}", TextRule(multiline=True)) == "a\n\tb"


CODE = TextRule(code=True)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("00123", "00123"), ('="0012345"', "0012345"), ("A-1", "A-1"), ("1E5", "1E5"), ("12.0", "12.0"), ("E+1", "E+1"),
        ("'=\"7\"", '="7"'), ("2.5-3", "2.5-3"),
    ],
)  # fmt: skip
def test_codes_are_text(value, code):
    assert clean_text(value, CODE) == code


@pytest.mark.parametrize(
    "value", ["8.90E+12", "4,00638E+12", "1e+10", " 8.9E+12", "4006381333931.0", "4006381333931,00"]
)
def test_a_code_that_became_a_number_is_refused(value):
    assert clean_text(value, CODE).code == "shortened_number"
    assert clean_text(value) == value.strip()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a\x00b", "control_character"), ("a\x07b", "control_character"), ("a\x1bb", "control_character"), ("a\x92b", "control_character"),
        ("a\x7fb", "control_character"), ("a\ud800b", "control_character"), ("#N/A", "sheet_error"), (" #REF! ", "sheet_error"),
        ("#UNCALCULATED!", "formula_without_result"),
    ],
)  # fmt: skip
def test_damaged_text_is_refused(value, code):
    assert clean_text(value).code == code


def test_text_that_is_too_long_is_refused():
    values, errors = text_column(["abc", " abcd ", "abé", "ábcd"], TextRule(max_length=3))
    assert values == ["abc", None, "abé", None]
    assert errors[1] == CellError("too_long", "The text has 4 characters; at most 3 fit.", "Shorten it.")
    assert sorted(errors) == [1, 3]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'=x", "''@x"])
def test_formulas_are_neutralised(text):
    assert neutralise_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "x", "'", "'x", "1-1", " =x", "it's"])
def test_other_texts_are_left_alone(text):
    assert (neutralise_formula(text), restore_formula(text)) == (text, text)


@given(st.text(st.sampled_from("'=+-@\t\r\nax 1"), max_size=8))
def test_neutralised_texts_are_restored_exactly_and_none_runs(text):
    safe = neutralise_formula(text)
    assert restore_formula(safe) == text
    assert safe[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


@pytest.mark.parametrize(
    "value", ["TRUE", "true", "Yes", "y", "1", "x", "X", "ja", "Oui", "sí", "1.0", " on ", "'1", "✓"]
)
def test_yes(value):
    assert parse_bool(value) is True


@pytest.mark.parametrize("value", ["FALSE", "no", "N", "0", "nein", "non", "0.0", "off"])
def test_no(value):
    assert parse_bool(value) is False


def test_a_column_of_yes_and_no():
    values, errors = bool_column(["yes", "", "maybe", "0"])
    assert values == [True, None, None, False]
    assert errors == {2: CellError("not_a_bool", "“maybe” is neither yes nor no.", "Write yes or no.")}


STATUS = choice_table(["draft", "active", "archived"], {"published": "active", "Not for sale": "archived"})


@pytest.mark.parametrize(
    ("value", "choice"),
    [("active", "active"), (" ACTIVE ", "active"), ("Published", "active"), ("not-for-sale", "archived"), ("", None)],
)
def test_choices(value, choice):
    assert parse_choice(value, STATUS) == choice


@pytest.mark.parametrize(("value", "choice"), [("1", "active"), ("-1", "draft"), ("0", "draft"), ("'-1", "draft")])
def test_a_sign_tells_two_spellings_apart(value, choice):
    assert (
        parse_choice(value, choice_table(["draft", "active"], {"1": "active", "0": "draft", "-1": "draft"})) == choice
    )


def test_a_wrong_choice_names_the_right_ones():
    values, errors = choice_column(["draft", "activ", "xyz"], STATUS)
    assert values == ["draft", None, None]
    assert errors[1] == CellError(
        "not_a_choice", "“activ” is not one of: active, archived, draft.", "Did you mean active?"
    )
    assert errors[2].hint == ""


@pytest.mark.parametrize(
    ("value", "separator", "items"),
    [
        ("red, green", ",", ("red", "green")), ("a|b|a||", "|", ("a", "b")), ("one", ";", ("one",)), (" , ", ",", None), ("", ",", None),
        ("a\nb", "\n", ("a", "b")), ("Home > Tea;Home > Cups", ";", ("Home > Tea", "Home > Cups")),
    ],
)  # fmt: skip
def test_lists(value, separator, items):
    assert parse_list(value, separator) == items


@pytest.mark.parametrize(
    ("values", "separator"), [(["a,b", "c"], ","), (["a, b|c"], "|"), (["a;b,c"], ";"), (["a"], ","), (["a\nb"], "\n")]
)
def test_the_separator_of_a_column(values, separator):
    assert decide_list_separator(values) == separator


def test_a_column_of_lists():
    values, errors = list_column(["a,b", "", "a\x07,b"])
    assert (values, errors[2].code) == ([("a", "b"), None, None], "control_character")

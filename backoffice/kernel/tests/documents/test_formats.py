"""Numbers and dates in the document's language, with Latin digits everywhere."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.documents.fonts import covers
from backoffice.kernel.documents.formats import (
    day,
    decimal,
    direction,
    locale_of,
    moment,
    money,
    percent,
    quantity,
    unit_price,
)

LANGUAGES = ("en", "de", "fr", "ar")
RLM, LRM = "\u200f", "\u200e"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "-€1,234,567.50"),
        ("de", "-1.234.567,50\u00a0€"),
        ("fr", "-1\u202f234\u202f567,50\u00a0€"),
        ("ar", f"{RLM}{LRM}-1,234,567.50\u00a0€"),
        ("ar-EG", f"{RLM}{LRM}-1,234,567.50\u00a0€"),
        ("de_AT", "-€\u00a01.234.567,50"),
    ],
)
def test_money(language, expected):
    assert money(Decimal("-1234567.5"), "EUR", language) == expected


@pytest.mark.parametrize(
    ("currency", "amount", "expected"),
    [("JPY", "1234", "¥1,234"), ("KWD", "1.234", "KWD1.234"), ("USD", "0", "$0.00"), ("EUR", "1E+3", "€1,000.00")],
)
def test_money_has_the_decimals_of_its_currency(currency, amount, expected):
    assert money(Decimal(amount), currency, "en") == expected


@pytest.mark.parametrize(("amount", "currency"), [("1.005", "EUR"), ("1.5", "JPY"), ("0.0001", "KWD")])
def test_nothing_is_rounded_on_the_way_to_the_paper(amount, currency):
    with pytest.raises(DocumentError, match=f"an amount in {currency} has at most"):
        money(Decimal(amount), currency, "en")


@pytest.mark.parametrize("value", [1.5, 1, "1"])
@pytest.mark.parametrize("write", [quantity, percent, lambda v, lang: money(v, "EUR", lang)])
def test_only_decimals_are_written(value, write):
    with pytest.raises(TypeError, match=f"is a Decimal, not {type(value).__name__}"):
        write(value, "en")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_numbers_are_finite(value):
    with pytest.raises(DocumentError, match="is a number, not"):
        quantity(Decimal(value), "en")


@pytest.mark.parametrize(
    ("price", "currency", "language", "expected"),
    [
        ("12.5", "EUR", "en", "€12.50"),
        ("12.3456", "EUR", "de", "12,3456\u00a0€"),
        ("12.345", "EUR", "fr", "12,345\u00a0€"),
        ("1.2345", "KWD", "en", "KWD1.2345"),
        ("0.1", "JPY", "en", "¥0.1"),
        ("1234.5", "EUR", "ar", f"{RLM}1,234.50\u00a0€"),
    ],
)
def test_unit_prices_show_up_to_four_decimals(price, currency, language, expected):
    assert unit_price(Decimal(price), currency, language) == expected


def test_a_unit_price_with_five_decimals_is_refused():
    with pytest.raises(DocumentError, match=r"a unit price has at most 4 decimals, not 0\.00001"):
        unit_price(Decimal("0.00001"), "EUR", "en")


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ("1234.50", "en", "1,234.5"),
        ("3.00", "de", "3"),
        ("0.125", "fr", "0,125"),
        ("12000", "ar", "12,000"),
        ("1E+3", "de", "1.000"),
        ("-2", "en", "-2"),
    ],
)
def test_quantities(value, language, expected):
    assert quantity(Decimal(value), language) == expected


@pytest.mark.parametrize(
    ("rate", "language", "expected"),
    [("19", "en", "19%"), ("7.7", "de", "7,7\u00a0%"), ("5.5", "fr", "5,5\u00a0%"), ("15.00", "ar", "15%")],
)
def test_percent(rate, language, expected):
    assert percent(Decimal(rate), language).replace("\u200e", "").replace("\u202f", "\u00a0") == expected


@pytest.mark.parametrize(
    ("language", "medium", "long"),
    [
        ("en", "Mar 5, 2026", "March 5, 2026"),
        ("de", "05.03.2026", "5. März 2026"),
        ("fr", "5 mars 2026", "5 mars 2026"),
        ("ar", f"05{RLM}/03{RLM}/2026", "5 مارس 2026"),
    ],
)
def test_days(language, medium, long):
    assert day(date(2026, 3, 5), language) == medium
    assert day(date(2026, 3, 5), language, "long") == long


def test_moments():
    assert moment(datetime(2026, 3, 5, 14, 7), "de") == "05.03.26, 14:07"  # noqa: DTZ001


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.integers(-(10**14), 10**14), language=st.sampled_from(LANGUAGES))
def test_every_amount_can_be_read_back_and_printed(cents, language):
    amount = Decimal(cents).scaleb(-2)
    text = money(amount, "EUR", language)
    mark = locale_of(language).number_symbols["latn"]["decimal"]
    digits = "".join(character for character in text if character in "0123456789-" or character == mark)
    assert Decimal(digits.replace(mark, ".")) == amount
    assert covers(text) is True


def test_the_sign_of_an_arabic_amount_stands_before_its_digits():
    # Without the left-to-right mark the line would end in the sign: "2.50-".
    assert money(Decimal("-2.50"), "EUR", "ar") == "\u200f\u200e-2.50\xa0€"
    assert decimal(Decimal("-2.50"), "ar", least=2, most=2) == "\u200e-2.50"


@pytest.mark.parametrize(
    ("value", "language", "least", "most", "expected"),
    [
        ("1234.5", "en", 2, 2, "1,234.50"),
        ("1234.5", "de", 2, 4, "1.234,50"),
        ("66.5546", "fr", 2, 4, "66,5546"),
        ("1234", "en", 0, 0, "1,234"),
    ],
)
def test_numbers_without_a_currency(value, language, least, most, expected):
    assert decimal(Decimal(value), language, least=least, most=most) == expected


def test_a_number_with_more_decimals_than_its_column_is_refused():
    with pytest.raises(DocumentError, match="at most 2 decimals"):
        decimal(Decimal("0.001"), "en", least=2, most=2)


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "ltr"), ("de-AT", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("fa_IR", "rtl")]
)
def test_direction(language, expected):
    assert direction(language) == expected


@pytest.mark.parametrize("language", ["", "xx-nowhere", "klingon!", "e" * 40])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(DocumentError, match="there is no language"):
        locale_of(language)

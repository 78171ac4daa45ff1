"""Countries as people write them."""

import pytest

from accounts.countries import country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"),
        (" de ", "DE"),
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("ALLEMAGNE", "DE"),
        ("Österreich", "AT"),
        ("osterreich", "AT"),
        ("Côte d'Ivoire", "CI"),
        ("United Kingdom", "GB"),
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("États-Unis", "US"),
        ("EIRE", "IE"),
        ("Tschechische Republik", "CZ"),
    ],
)
def test_a_code_or_a_name_in_three_languages_is_a_country(text, code):
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["", "XX", "EU", "ZZ", "Nowhere", "D", "276", "Europe"])
def test_what_is_no_country_has_no_code(text):
    assert country_code(text) == ""

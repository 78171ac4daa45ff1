"""The rate of tax of a class of goods in a country on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from products.exceptions import NoTaxRate
from products.models import Location, TaxClass, TaxRate
from products.selectors.tax import tax_rate_for, tax_rates_for
from products.services.reference import reference_data_load

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> dict[str, TaxClass]:
    reference_data_load()
    return {tax_class.code: tax_class for tax_class in TaxClass.objects.all()}


@pytest.mark.parametrize(
    ("goods", "day", "expected"),
    [
        (("standard", "DE"), "2026-11-22", ("19.00", "S")),
        (("standard", "DE"), "2020-06-30", ("19.00", "S")),
        (("standard", "DE"), "2020-07-01", ("16.00", "S")),
        (("standard", "DE"), "2020-12-31", ("16.00", "S")),
        (("standard", "DE"), "2021-01-01", ("19.00", "S")),
        (("reduced", "DE"), "2026-11-22", ("7.00", "S")),
        (("zero", "DE"), "2026-11-22", ("0.00", "Z")),
        (("standard", "AT"), "2026-11-22", ("20.00", "S")),
        (("standard", "FR"), "2026-11-22", ("20.00", "S")),
        (("reduced", "FR"), "2026-11-22", ("5.50", "S")),
        (("standard", "NL"), "2026-11-22", ("21.00", "S")),
        (("reduced", "NL"), "2026-11-22", ("9.00", "S")),
        (("standard", "IT"), "2026-11-22", ("22.00", "S")),
        (("standard", "ES"), "2026-11-22", ("21.00", "S")),
        (("standard", "BE"), "2026-11-22", ("21.00", "S")),
        (("standard", "IE"), "2026-11-22", ("23.00", "S")),
        (("reduced", "PL"), "2026-11-22", ("8.00", "S")),
        (("standard", "CH"), "2026-11-22", ("0.00", "G")),
    ],
)
def test_the_newest_rate_that_is_valid_applies(loaded, goods, day, expected):
    code, country = goods

    found = tax_rate_for(tax_class=loaded[code], country=country, on=dt.date.fromisoformat(day))

    assert (str(found.rate), found.category) == expected


@pytest.mark.parametrize(
    ("country", "day", "message"),
    [
        ("DE", "2006-12-31", "“Standard rate” in DE on 2006-12-31"),
        ("XK", "2026-01-01", "“Standard rate” in XK on 2026-01-01"),
        ("", "2026-01-01", "(no country)"),
    ],
)
def test_a_rate_that_is_not_known_is_said_so(loaded, country, day, message):
    with pytest.raises(NoTaxRate) as refusal:
        tax_rate_for(tax_class=loaded["standard"], country=country, on=dt.date.fromisoformat(day))

    assert message in str(refusal.value)
    assert str(refusal.value).endswith("Enter it under Tax classes.")


def test_several_rates_cost_one_query(loaded, django_assert_num_queries):
    with django_assert_num_queries(1):
        rates = tax_rates_for(tax_classes=list(loaded.values()), country="DE", on=dt.date(2026, 11, 22))

    assert {loaded_class.code: rates[loaded_class.pk].rate for loaded_class in loaded.values()} == {
        "standard": Decimal("19.00"),
        "reduced": Decimal("7.00"),
        "zero": Decimal("0.00"),
    }


def test_every_reference_rate_passes_its_own_checks(loaded):
    for rate in TaxRate.objects.all():
        rate.full_clean()
    assert TaxRate.objects.filter(category="G", exemption_reason="").count() == 0


def test_loading_again_changes_nothing_and_keeps_what_was_edited(loaded):
    Location.objects.filter(code="main").update(name="Hall 7")
    before = TaxRate.objects.count()

    assert reference_data_load() == {"tax_classes": 0, "tax_rates": 0, "locations": 0}

    assert (TaxRate.objects.count(), Location.objects.get(code="main").name) == (before, "Hall 7")

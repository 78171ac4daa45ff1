"""Changing many prices at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.history.context import audit
from products.events import catalogue_changed
from products.models import Variant
from products.services.prices import (
    PriceChange,
    PriceEnding,
    PriceRule,
    new_price,
    prices_change,
    prices_preview,
)
from products.tests.factories import VariantFactory


def change(rule: str, value: str, ending: str = "", **more) -> PriceChange:
    return PriceChange(rule=PriceRule(rule), value=Decimal(value), ending=PriceEnding(ending), **more)


@pytest.mark.parametrize(
    ("old", "what", "new"),
    [
        ("10.00", change("percent", "10"), "11.00"),
        ("10.00", change("percent", "-12.5"), "8.75"),
        ("0.05", change("percent", "10"), "0.06"),
        ("10.00", change("amount", "-0.01"), "9.99"),
        ("10.00", change("set", "7.5"), "7.50"),
        ("10.00", change("percent", "10", "0.99"), "10.99"),
        ("10.00", change("percent", "15", "0.99"), "11.99"),
        ("10.00", change("percent", "0", "0.00"), "10.00"),
        ("10.49", change("amount", "0", "0.99"), "10.99"),
        ("10.48", change("amount", "0", "0.99"), "9.99"),
        ("0.20", change("amount", "0", "0.95"), "0.95"),
        ("0.20", change("amount", "0", "0.00"), "1.00"),
        ("0.00", change("percent", "10", "0.99"), "0.00"),
        ("1.00", change("amount", "-2", "0.99"), "-1.00"),
    ],
)
def test_new_prices(old, what, new):
    assert new_price(old=Decimal(old), change=what, currency="EUR") == Decimal(new)


def test_the_currency_decides_the_smallest_unit():
    assert new_price(old=Decimal("999.00"), change=change("percent", "3"), currency="JPY") == Decimal(1029)


@given(
    old=st.decimals("0.01", "99999.99", places=2),
    percent=st.decimals("-90", "300", places=1),
    ending=st.sampled_from([ending for ending in PriceEnding if ending]),
)
def test_an_ending_is_the_nearest_one(old, percent, ending):
    plain = new_price(old=old, change=PriceChange(PriceRule.PERCENT, percent), currency="EUR")
    ended = new_price(old=old, change=PriceChange(PriceRule.PERCENT, percent, ending), currency="EUR")

    if plain > 0:
        assert ended > 0
        assert ended % 1 == Decimal(ending.value)
        lowest = Decimal(ending.value) or Decimal(1)
        assert abs(ended - plain) <= Decimal("0.50") or ended == lowest


@pytest.mark.django_db
class TestChangingPrices:
    def test_the_preview_is_what_happens(self):
        variants = [VariantFactory(price=Decimal(price)) for price in ("10.00", "0.00", "20.00")]
        what = change("percent", "-10")
        preview = prices_preview(variants=variants, change=what)
        assert [str(row.price) for row in Variant.objects.order_by("pk")] == ["10.00", "0.00", "20.00"]

        plans = prices_change(variant_ids=[variant.pk for variant in variants], change=what)

        assert [(plan.variant_id, plan.new) for plan in plans] == [(plan.variant_id, plan.new) for plan in preview]
        assert [str(row.price) for row in Variant.objects.order_by("pk")] == ["9.00", "0.00", "18.00"]
        assert [plan.refusal for plan in plans] == ["", "The price stays the same.", ""]

    def test_history_and_news(self):
        first, second, same = (VariantFactory(price=price) for price in ("10.00", "20.00", "5.00"))
        heard = []
        catalogue_changed.connect(lambda **named: heard.append(named), weak=False, dispatch_uid="test")
        try:
            with audit(reason="Summer sale"):
                prices_change(variant_ids=[first.pk, second.pk, same.pk], change=change("set", "5"))
        finally:
            catalogue_changed.disconnect(dispatch_uid="test")

        assert [(news["product_ids"], news["variant_ids"]) for news in heard] == [
            ([first.product_id, second.product_id], [first.pk, second.pk])
        ]
        newest = first.history.first()
        assert (newest.price, newest.history_change_reason) == (Decimal("5.00"), "Summer sale")
        assert same.history.count() == 1

    @pytest.mark.parametrize(
        ("what", "reason"),
        [
            (change("amount", "-10.01"), "The price would fall below 0."),
            (change("percent", "99999999999"), "The price would be too large."),
        ],
    )
    def test_impossible_prices_are_refused(self, what, reason):
        variant = VariantFactory(price="10.00")

        (plan,) = prices_change(variant_ids=[variant.pk], change=what)

        assert plan.refusal == reason
        assert Variant.objects.get().price == Decimal("10.00")
        assert variant.history.count() == 1

    def test_the_former_price_is_shown_only_where_the_price_falls(self):
        variant = VariantFactory(price="10.00", compare_at_price="12.00")

        prices_change(variant_ids=[variant.pk], change=change("amount", "-1", former_as_compare_at=True))
        assert Variant.objects.get().compare_at_price == Decimal("10.00")

        prices_change(variant_ids=[variant.pk], change=change("amount", "2", former_as_compare_at=True))
        assert Variant.objects.get().compare_at_price is None

    def test_many_prices_cost_as_many_queries_as_few(self, django_assert_num_queries):
        few = [variant.pk for variant in VariantFactory.create_batch(2)]
        many = [variant.pk for variant in VariantFactory.create_batch(60)]

        # A server's new values go through a temporary table, which is made, filled by a copy and dropped.
        with django_assert_num_queries(8 if connection.vendor == "sqlite" else 11) as first:
            prices_change(variant_ids=few, change=change("percent", "5"))
        with django_assert_num_queries(len(first)):
            prices_change(variant_ids=many, change=change("percent", "5"))

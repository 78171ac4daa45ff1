"""Which tax applies, by where goods go and who buys them."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from backoffice.kernel.document_math import TaxKey
from backoffice.kernel.shop.models import ShopSettings
from orders.selectors.taxation import EU_COUNTRIES, AppliedTax, Supply, TaxTable, supply_of
from orders.services.drafts import order_update
from orders.services.lines import order_line_add
from orders.services.placing import order_place
from orders.services.pricing import order_price
from orders.tests.asserts import assert_books_tie
from orders.tests.factories import ADDRESS, OrderFactory, draft_order, stocked_variant
from products.exceptions import NoTaxRate
from products.models import TaxRate
from products.tests.factories import TaxClassFactory, TaxRateFactory

D = Decimal


@pytest.mark.parametrize(
    ("home", "destination", "vat_id", "supply"),
    [
        ("DE", "DE", "", Supply.DOMESTIC),
        ("DE", "DE", "FR40303265045", Supply.DOMESTIC),
        ("DE", "FR", "", Supply.DISTANCE),
        ("DE", "FR", "FR40303265045", Supply.INTRA_COMMUNITY),
        ("DE", "GR", "EL094259216", Supply.INTRA_COMMUNITY),
        ("DE", "BE", "FR40303265045", Supply.INTRA_COMMUNITY),
        # A German business lets goods be sent to France: its own id exempts nothing.
        ("DE", "FR", "DE136695976", Supply.DISTANCE),
        ("GR", "DE", "EL094259216", Supply.DISTANCE),
        ("DE", "FR", "CHE123456788", Supply.DISTANCE),
        ("DE", "CH", "", Supply.EXPORT),
        ("DE", "GB", "GB980780684", Supply.EXPORT),
        ("CH", "CH", "", Supply.DOMESTIC),
        ("CH", "DE", "DE136695976", Supply.EXPORT),
    ],
)
def test_supply_by_place_and_buyer(home, destination, vat_id, supply):
    assert supply_of(home=home, destination=destination, vat_id=vat_id) is supply


def test_the_union_has_27_members():
    assert len(EU_COUNTRIES) == 27
    assert {"DE", "GR", "HR"} <= EU_COUNTRIES


@pytest.mark.django_db
class TestRates:
    def apply(self, **given):
        values = {"destination": "DE", "vat_id": "", "on": dt.date(2026, 5, 1), "prices_include_tax": True}
        return TaxTable(home="DE").applied(tax_class_id=TaxClassFactory().pk, **{**values, **given})

    def test_rate_of_the_day(self):
        TaxRateFactory(rate=D("16.00"), valid_from=dt.date(2020, 7, 1))
        TaxRateFactory(rate=D("19.00"), valid_from=dt.date(2021, 1, 1))

        assert self.apply(on=dt.date(2020, 12, 31)).key == TaxKey("S", D("16.00"))
        assert self.apply(on=dt.date(2021, 1, 1)).key == TaxKey("S", D("19.00"))

    def test_consumer_elsewhere_in_the_union_pays_that_states_rate(self):
        TaxRateFactory()
        TaxRateFactory(country="FR", rate=D("20.00"))

        assert self.apply(destination="FR") == AppliedTax(TaxKey("S", D("20.00")), D("20.00"))
        assert self.apply(destination="AT") == AppliedTax(TaxKey("S", D("19.00")), D("19.00"))

    def test_exempt_supplies_take_home_tax_out_of_the_price(self):
        TaxRateFactory()
        TaxRateFactory(country="FR", rate=D("20.00"))

        business = self.apply(destination="FR", vat_id="FR40303265045")
        assert business == AppliedTax(TaxKey("K", D("0.00")), D("19.00"))
        assert self.apply(destination="US") == AppliedTax(TaxKey("G", D("0.00")), D("19.00"))
        assert self.apply(destination="US", prices_include_tax=False).included_rate == D("0.00")

    def test_registered_abroad(self):
        TaxRateFactory()
        TaxRateFactory(country="CH", rate=D("8.10"))

        assert self.apply(destination="CH") == AppliedTax(TaxKey("S", D("8.10")), D("8.10"))

    def test_no_rate_is_said_in_plain_words(self):
        with pytest.raises(NoTaxRate) as refusal:
            self.apply()

        assert str(refusal.value) == ("There is no tax rate for Standard in DE on 2026-05-01. Add one under Tax rates.")

    def test_rates_are_read_once(self, django_assert_num_queries):
        TaxRateFactory()
        table, tax_class = TaxTable(home="DE"), TaxClassFactory()

        with django_assert_num_queries(1):
            for _ in range(5):
                table.applied(
                    tax_class_id=tax_class.pk,
                    destination="DE",
                    vat_id="",
                    on=dt.date(2026, 1, 1),
                    prices_include_tax=True,
                )


@pytest.mark.django_db
class TestOrders:
    def test_intra_community_order_costs_the_net_price(self):
        order = draft_order(
            lines=[(stocked_variant(price="119.00"), 1), (stocked_variant(price="107.00", rate="7.00"), 1)],
            shipping_price=D("5.95"),
            vat_id="FR40303265045",
            shipping_address={**ADDRESS, "country": "FR"},
        )

        assert set(order.lines.values_list("tax_category", "tax_rate")) == {("K", D("0.00"))}
        assert (order.lines_net, order.shipping_net, order.tax_total, order.rounding, order.total) == (
            D("200.00"),
            D("5.00"),
            D("0.00"),
            D("0.00"),
            D("205.00"),
        )
        assert_books_tie()

    def test_country_decides_when_the_address_changes(self):
        order = draft_order()

        order_update(order=order, values={"shipping_address": {**ADDRESS, "country": "US"}})
        assert (order.total, order.lines.get().tax_category) == (D("16.81"), "G")

        order_update(order=order, values={"shipping_address": ADDRESS})
        assert (order.total, order.lines.get().tax_category) == (D("20.00"), "S")

    def test_shipping_with_a_class_of_its_own(self):
        reduced = stocked_variant(rate="7.00").product.tax_class
        order = draft_order(shipping_price=D("10.70"), shipping_tax_class=reduced)

        assert (order.shipping_tax_rate, order.shipping_net) == (D("7.00"), D("10.00"))

    def test_home_country_counts_where_there_is_no_address_yet(self):
        ShopSettings.objects.create(pk=1, country="AT")
        variant = stocked_variant()
        TaxRateFactory(country="AT", rate=D("20.00"))
        order = OrderFactory(shipping_address={}, billing_address={}, customer=None)

        assert order_line_add(order=order, variant=variant).tax_rate == D("20.00")

    def test_placing_takes_the_rate_of_the_day(self):
        order = draft_order()
        TaxRateFactory(rate=D("25.00"), valid_from=dt.date(2027, 1, 1))

        with time_machine.travel("2027-01-02T12:00:00Z", tick=False):
            order_place(order=order)

        assert (order.lines.get().tax_rate, order.total, order.tax_total) == (D("25.00"), D("20.00"), D("4.00"))
        assert_books_tie()

    def test_missing_rate_leaves_the_draft_as_it_was(self):
        order = draft_order()
        TaxRate.objects.all().delete()

        with pytest.raises(NoTaxRate):
            order_price(order=order)

        order.refresh_from_db()
        assert order.total == D("20.00")

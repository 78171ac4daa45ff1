"""The explanation of a total leads, step by step, to the total."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import Order, OrderLine
from orders.selectors.customers import CustomerValue, customer_value
from orders.selectors.explaining import Step, order_explain
from orders.services.cancelling import order_cancel
from orders.services.drafts import order_create
from orders.services.lines import NewLine, order_lines_add
from orders.services.payments import order_set_payment
from orders.tests.asserts import assert_books_tie
from orders.tests.factories import ADDRESS, customer_with_profile, draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db
D = Decimal


def test_every_step_is_told():
    kettle, book = (
        stocked_variant(price="119.00", name="Kettle"),
        stocked_variant(price="53.50", rate="7.00", name="Book"),
    )
    order = draft_order(
        lines=[(kettle, 1), (book, 2)], discount=D("22.60"), discount_reason="Welcome", shipping_price=D("5.90")
    )

    explanation = order_explain(order)

    assert explanation.agrees is True
    assert explanation.currency == "EUR"
    assert explanation.steps == (
        Step(f"{kettle.sku} Kettle", "1 × 119.00 less 19 % tax = 1 × 100.0000", D("100.00")),
        Step(f"{book.sku} Book", "2 × 53.50 less 7 % tax = 2 × 50.0000", D("100.00")),
        Step("Goods, net", "", D("200.00"), is_sum=True),
        Step("Welcome", "share of 22.60 on goods at 19 %, without its tax", D("-10.00")),
        Step("Welcome", "share of 22.60 on goods at 7 %, without its tax", D("-10.00")),
        Step("Shipping", "5.90 less 19 % tax", D("4.96")),
        Step("Net", "", D("184.96"), is_sum=True),
        Step("Tax 19 %", "of 94.96", D("18.04")),
        Step("Tax 7 %", "of 90.00", D("6.30")),
        Step("Total", "", D("209.30"), is_sum=True),
    )


def test_rounding_is_told():
    order = draft_order(lines=[(stocked_variant(price="79.20"), 1)])

    assert order_explain(order).steps[-2:] == (
        Step("Rounding", "so that the total is exactly the prices with tax", D("0.01")),
        Step("Total", "", D("79.20"), is_sum=True),
    )


def test_exempt_supply_is_told():
    order = draft_order(lines=[(stocked_variant(price="119.00"), 1)], shipping_address={**ADDRESS, "country": "US"})

    assert order_explain(order).steps[-2] == Step("Tax", "none on 100.00: export", D("0.00"))


def test_altered_total_is_noticed():
    order = draft_order()
    Order.objects.filter(pk=order.pk).update(lines_net=D("17.81"), total=D("21.00"))
    order.refresh_from_db()

    assert order_explain(order).agrees is False


prices = st.decimals(min_value=0, max_value=2_000, places=2)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.tuples(prices, st.integers(1, 99), st.sampled_from(["19.00", "7.00"])), min_size=1, max_size=6),
    shipping=prices,
    share=st.integers(0, 100),
    country=st.sampled_from(["DE", "FR", "US"]),
    vat_id=st.sampled_from(["", "FR40303265045"]),
    with_tax=st.booleans(),
)
def test_stored_totals_are_the_explained_ones(lines, shipping, share, country, vat_id, with_tax):  # noqa: PLR0917
    OrderLine.objects.all().delete()
    Order.objects.all().delete()
    variants = {rate: stocked_variant(rate=rate, on_hand=0) for rate in ("19.00", "7.00")}
    goods = sum(price * quantity for price, quantity, _ in lines)
    order = order_create(
        shipping_address={**ADDRESS, "country": country},
        vat_id=vat_id,
        prices_include_tax=with_tax,
        shipping_price=shipping,
        discount=(goods * share / 100).quantize(D("0.01")),
    )
    order_lines_add(
        order=order,
        new=[NewLine(variant=variants[rate], quantity=count, unit_price=price) for price, count, rate in lines],
    )

    fresh = Order.objects.get(pk=order.pk)
    explanation = order_explain(fresh)

    assert explanation.agrees is True
    assert explanation.steps[-1].amount == fresh.total
    assert fresh.rounding == 0 or with_tax
    assert_books_tie()


def test_what_a_customer_is_worth():
    customer = customer_with_profile()
    paid = placed_order(customer=customer)
    order_set_payment(order=paid, paid_total=D("20.00"), payment_status="paid")
    placed_order(customer=customer, lines=[(stocked_variant(price="5.00"), 1)])
    order_cancel(order=placed_order(customer=customer))
    draft_order(customer=customer)

    assert customer_value(customer.pk) == [CustomerValue("EUR", 2, D("25.00"), D("20.00"))]

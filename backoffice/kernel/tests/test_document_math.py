"""The arithmetic of documents: known cases from the trade, and properties that hold for any document."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.document_math import (
    DocumentMathError,
    NetAmount,
    NetLine,
    PricedCharge,
    PricedLine,
    TaxGroup,
    TaxKey,
    document_price,
    document_totals,
    net_of,
    spread,
)

D = Decimal
S19 = TaxKey("S", D(19))
S7 = TaxKey("S", D(7))
Z = TaxKey("Z", D(0))
K = TaxKey("K", D(0))


def line(
    price: str, tax: TaxKey = S19, quantity: int = 1, discount: str = "0", included: str | None = None
) -> PricedLine:
    return PricedLine(D(quantity), D(price), tax, D(discount), None if included is None else D(included))


def test_gross_price_keeps_its_cent_in_the_rounding():
    document = document_price(lines=[line("79.20")], prices_include_tax=True)

    assert document.lines == (NetLine(D(1), D("66.5546"), D("0.00"), D("66.55"), S19),)
    assert document.groups == (TaxGroup(S19, D("66.55"), D("12.64")),)
    assert (document.net, document.tax, document.gross) == (D("66.55"), D("12.64"), D("79.19"))
    assert (document.rounding, document.payable) == (D("0.01"), D("79.20"))
    assert document.due(D("79.20")) == D("0.00")


def test_net_prices_have_no_rounding():
    document = document_price(lines=[line("66.55"), line("0.05", quantity=3)], prices_include_tax=False)

    assert (document.net, document.tax, document.rounding, document.payable) == (
        D("66.70"),
        D("12.67"),
        D("0.00"),
        D("79.37"),
    )


def test_tax_is_taken_from_the_group_and_not_from_its_lines():
    # Ten times 0.05 at 19 %: tax of each line would be 0.01, 0.10 in all; of the group it is 0.095.
    document = document_price(lines=[line("0.05")] * 10, prices_include_tax=False)

    assert document.groups == (TaxGroup(S19, D("0.50"), D("0.10")),)
    assert document_price(lines=[line("0.04")] * 10, prices_include_tax=False).tax == D("0.08")


def test_half_cents_round_away_from_zero():
    document = document_price(lines=[line("0.50", TaxKey("S", D(5)))], prices_include_tax=False)

    assert document.tax == D("0.03")


def test_discount_and_shipping_over_two_rates():
    document = document_price(
        lines=[line("119.00"), line("53.50", S7, quantity=2)],
        charges=[PricedCharge(D("5.95"), S19, "Shipping")],
        discount=D("22.60"),
        discount_reason="Welcome",
        prices_include_tax=True,
    )

    # 22.60 is split 119 : 107 into 11.90 and 10.70.
    assert document.allowances == (NetAmount(D("10.00"), S19, "Welcome"), NetAmount(D("10.00"), S7, "Welcome"))
    assert document.charges == (NetAmount(D("5.00"), S19, "Shipping"),)
    assert document.groups == (TaxGroup(S19, D("95.00"), D("18.05")), TaxGroup(S7, D("90.00"), D("6.30")))
    assert (document.lines_net, document.allowances_net, document.charges_net) == (D(200), D("20.00"), D("5.00"))
    assert (document.gross, document.rounding, document.payable) == (D("209.35"), D("0.00"), D("209.35"))


def test_line_discount_is_net_in_the_line():
    document = document_price(lines=[line("10.00", quantity=3, discount="3.57")], prices_include_tax=True)

    assert document.lines == (NetLine(D(3), D("8.4034"), D("3.00"), D("22.21"), S19),)
    assert document.payable == D("26.43")


def test_untaxed_supply_costs_the_price_less_home_tax():
    document = document_price(
        lines=[line("119.00", K, included="19"), line("107.00", K, included="7")],
        charges=[PricedCharge(D("5.95"), K, included_rate=D(19))],
        discount=D("22.60"),
        prices_include_tax=True,
    )

    assert document.groups == (TaxGroup(K, D("185.00"), D("0.00")),)
    assert document.allowances == (NetAmount(D("20.00"), K, ""),)
    assert (document.rounding, document.payable) == (D("0.00"), D("185.00"))


def test_a_discount_of_everything_leaves_nothing():
    document = document_price(lines=[line("0.99", quantity=1000)], discount=D("990.00"), prices_include_tax=True)

    assert (document.net, document.tax) == (D("0.00"), D("0.00"))
    assert (document.rounding, document.payable) == (D("0.00"), D("0.00"))


def test_currency_without_decimals():
    document = document_price(
        lines=[line("110", TaxKey("S", D(10)), quantity=3)], prices_include_tax=True, currency="JPY"
    )

    assert (document.net, document.tax, document.payable) == (D(300), D(30), D(330))


def test_agreed_amount_is_met_by_rounding():
    lines = [NetLine(D(1), D("66.5546"), D(0), D("66.55"), S19)]

    assert document_totals(lines=lines, payable=D("79.20")).rounding == D("0.01")
    assert document_totals(lines=lines).rounding == D("0.00")


@pytest.mark.parametrize(
    ("lines", "extra", "message"),
    [
        ([line("10.00", discount="10.01")], {}, "A discount of 10.01 cannot be taken off a line of 10.00 EUR."),
        ([line("10.00")], {"discount": D("10.01")}, "A discount of 10.01 cannot be taken off goods for 10.00 EUR."),
        ([], {"discount": D("1.00")}, "A discount of 1.00 cannot be taken off goods for 0 EUR."),
        ([line("10.00", quantity=0)], {}, "A line needs a quantity above zero."),
        ([line("-0.01")], {}, "A price cannot be negative."),
        ([line("1.00", TaxKey("S", D(0)))], {}, "Tax category S does not go with a rate of 0 %."),
        ([line("1.00", TaxKey("K", D(19)))], {}, "Tax category K does not go with a rate of 19 %."),
        ([line("1.00", TaxKey("S", D(101)))], {}, "A tax rate of 101 % is not between 0 and 100 %."),
        (
            [line("1.00")],
            {"charges": [PricedCharge(D("-1"), S19)]},
            "A charge cannot be negative; give a discount instead.",
        ),
    ],
)
def test_impossible_amounts_are_refused(lines, extra, message):
    with pytest.raises(DocumentMathError) as refusal:
        document_price(lines=lines, prices_include_tax=True, **extra)
    assert str(refusal.value) == message


amounts = st.decimals(min_value=0, max_value=9999, places=2)
rates = st.sampled_from([S19, S7, TaxKey("S", D("5.50")), Z, K])


@st.composite
def priced_lines(draw):
    price, quantity = draw(amounts), draw(st.integers(1, 500))
    discount = draw(st.decimals(min_value=0, max_value=price * quantity, places=2))
    return PricedLine(D(quantity), price, draw(rates), discount)


@st.composite
def documents(draw):
    lines = draw(st.lists(priced_lines(), min_size=1, max_size=12))
    goods = sum(item.quantity * item.unit_price - item.discount for item in lines)
    return {
        "lines": lines,
        "charges": draw(st.lists(st.builds(PricedCharge, amounts, rates), max_size=2)),
        "discount": draw(st.decimals(min_value=0, max_value=goods, places=2)),
        "prices_include_tax": draw(st.booleans()),
    }


@given(documents())
def test_totals_add_up_to_the_cent(given_document):
    document = document_price(**given_document)

    assert document.net == document.lines_net - document.allowances_net + document.charges_net
    assert document.gross == document.net + document.tax
    assert document.tax == sum(group.amount for group in document.groups)
    assert document.net == sum(group.taxable for group in document.groups)
    for group in document.groups:
        assert abs(group.amount - group.taxable * group.tax.rate / 100) <= D("0.005")
        assert group.taxable >= 0
    assert all(item.net >= 0 for item in (*document.lines, *document.allowances, *document.charges))
    for item in document.lines:
        assert abs(item.quantity * item.net_unit_price - item.discount_net - item.net) <= D("0.005")


@given(documents())
def test_the_customer_pays_exactly_the_gross_prices(given_document):
    given_document["prices_include_tax"] = True
    lines, charges = given_document["lines"], given_document["charges"]
    charged = sum(item.quantity * item.unit_price - item.discount for item in lines)

    document = document_price(**given_document)

    assert document.payable == charged + sum(item.amount for item in charges) - given_document["discount"]
    # What rounding may amount to: half a step of each unit price, half a cent of each rounded amount.
    bound = sum(item.quantity * D("0.00005") + D("0.01") for item in lines) * D("1.19") + D("0.01") * 10
    assert abs(document.rounding) <= bound


@given(documents())
def test_net_prices_never_round_the_total(given_document):
    given_document["prices_include_tax"] = False

    assert document_price(**given_document).rounding == 0


@given(documents())
def test_adding_up_stored_amounts_gives_the_same_document(given_document):
    document = document_price(**given_document)

    assert document == document_totals(
        lines=document.lines, allowances=document.allowances, charges=document.charges, payable=document.payable
    )


@given(st.lists(amounts, min_size=1, max_size=8), st.data())
def test_spread_gives_everything_and_no_more_than_there_is(weights, data):
    amount = data.draw(st.decimals(min_value=0, max_value=sum(weights), places=2))

    shares = spread(amount, weights)

    assert sum(shares) == amount
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def test_spread_over_nothing_is_refused():
    assert spread(D("0.00"), [D(0), D(0)]) == [D("0.00"), D("0.00")]
    with pytest.raises(DocumentMathError):
        spread(D("1.00"), [D(0)])


def test_net_of_a_gross_amount():
    assert net_of(D("119.00"), D(19)) == D(100)
    assert net_of(D("79.20"), D(0)) == D("79.20")

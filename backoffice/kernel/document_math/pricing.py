"""From prices as charged to net amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from backoffice.kernel.document_math.amounts import (
    HUNDRED,
    NOTHING,
    UNIT_PRICE_STEP,
    Document,
    DocumentMathError,
    NetAmount,
    NetLine,
    PricedCharge,
    PricedLine,
    TaxKey,
    net_of,
    spread,
)
from backoffice.kernel.document_math.totals import document_totals, rounded_to
from backoffice.kernel.money import round_money


def document_price(
    *,
    lines: Sequence[PricedLine],
    charges: Sequence[PricedCharge] = (),
    discount: Decimal = NOTHING,
    discount_reason: str = "",
    prices_include_tax: bool,
    currency: str = "EUR",
) -> Document:
    """Compute a document from prices as charged.

    The net unit price keeps 4 decimals; a line's net is rounded once. The discount is spread over
    the goods' tax groups in proportion to what is charged for them. Where prices include tax, what
    the net computation loses of the gross price becomes the rounding amount (BT-114): the tax is
    never bent to fit. 79.20 at 19 % gives net 66.55, tax 12.64, rounding 0.01, payable 79.20.

    Args:
        lines: positions as charged.
        charges: shipping and the like, as charged.
        discount: off the goods as a whole, as charged.
        discount_reason: printed with the discount.
        prices_include_tax: whether all prices given contain tax.
        currency: ISO 4217 code of every amount.

    Raises:
        DocumentMathError: a negative amount, a discount above what it is taken from, a wrong rate.
    """
    for line in lines:
        _check_line(line, currency)
    for charge in charges:
        _check_charge(charge)
    parts = [_part(line, _contained(line, included=prices_include_tax), currency) for line in lines]
    allowances = _allowances(parts, discount, discount_reason, currency)
    net_charges = tuple(
        NetAmount(_net(item.amount, _contained(item, included=prices_include_tax), currency), item.tax, item.reason)
        for item in charges
        if item.amount
    )
    document = document_totals(
        lines=[part.line for part in parts], allowances=allowances, charges=net_charges, currency=currency
    )
    if not prices_include_tax or any(map(_untaxed, lines)) or any(map(_untaxed, charges)):
        return document
    goods = sum((part.charged for part in parts), NOTHING)
    wanted = goods - discount + sum((item.amount for item in charges), NOTHING)
    return rounded_to(document, wanted)


@dataclass(frozen=True)
class _Part:
    """A net line with what was charged for it and the tax contained in that."""

    line: NetLine
    charged: Decimal
    contained: Decimal


def _part(line: PricedLine, contained: Decimal, currency: str) -> _Part:
    unit = net_of(line.unit_price, contained).quantize(UNIT_PRICE_STEP, rounding=ROUND_HALF_UP)
    before = round_money(line.quantity * unit, currency)
    # The unit price was rounded, so a discount of everything could come out above it.
    discount = min(_net(line.discount, contained, currency), before)
    net = NetLine(line.quantity, unit, discount, before - discount, line.tax)
    return _Part(net, _charged(line, currency), contained)


def _allowances(parts: Sequence[_Part], discount: Decimal, reason: str, currency: str) -> tuple[NetAmount, ...]:
    goods = sum((part.charged for part in parts), NOTHING)
    if discount < 0 or discount > goods:
        raise DocumentMathError(f"A discount of {discount} cannot be taken off goods for {goods} {currency}.")
    if not discount:
        return ()
    weights: dict[tuple[TaxKey, Decimal], Decimal] = {}
    room: dict[TaxKey, Decimal] = {}
    for part in parts:
        key = part.line.tax
        weights[key, part.contained] = weights.get((key, part.contained), NOTHING) + part.charged
        room[key] = room.get(key, NOTHING) + part.line.net
    nets: dict[TaxKey, Decimal] = {}
    shares = spread(discount, list(weights.values()), currency)
    for (key, contained), share in zip(weights, shares, strict=True):
        nets[key] = nets.get(key, NOTHING) + _net(share, contained, currency)
    # Rounded line by line the goods may come out a cent below their discount; no group turns negative.
    return tuple(NetAmount(min(net, room[key]), key, reason) for key, net in nets.items() if net)


def _net(amount: Decimal, contained: Decimal, currency: str) -> Decimal:
    return round_money(net_of(amount, contained), currency)


def _contained(item: PricedLine | PricedCharge, *, included: bool) -> Decimal:
    if not included:
        return NOTHING
    return item.tax.rate if item.included_rate is None else item.included_rate


def _untaxed(item: PricedLine | PricedCharge) -> bool:
    """Say whether the tax contained in the price is not the tax that applies: there is no gross price to meet."""
    return item.included_rate is not None and item.included_rate != item.tax.rate


def _charged(line: PricedLine, currency: str) -> Decimal:
    return round_money(line.quantity * line.unit_price, currency) - line.discount


def _check_line(line: PricedLine, currency: str) -> None:
    _check_tax(line.tax)
    if line.quantity <= 0:
        raise DocumentMathError("A line needs a quantity above zero.")
    if line.unit_price < 0:
        raise DocumentMathError("A price cannot be negative.")
    if line.discount < 0 or _charged(line, currency) < 0:
        amount = round_money(line.quantity * line.unit_price, currency)
        raise DocumentMathError(f"A discount of {line.discount} cannot be taken off a line of {amount} {currency}.")


def _check_charge(charge: PricedCharge) -> None:
    _check_tax(charge.tax)
    if charge.amount < 0:
        raise DocumentMathError("A charge cannot be negative; give a discount instead.")


def _check_tax(key: TaxKey) -> None:
    if not 0 <= key.rate <= HUNDRED:
        raise DocumentMathError(f"A tax rate of {key.rate} % is not between 0 and 100 %.")
    if (key.category == "S") != (key.rate > 0):
        raise DocumentMathError(f"Tax category {key.category} does not go with a rate of {key.rate} %.")

"""What goes into a document's arithmetic and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from backoffice.kernel.money import minor_unit

UNIT_PRICE_STEP = Decimal("0.0001")
NOTHING = Decimal(0)
HUNDRED = Decimal(100)


class DocumentMathError(ValueError):
    """Amounts that make no document; the message says why, in plain words."""


@dataclass(frozen=True, order=True)
class TaxKey:
    """A tax category of EN 16931 (BT-151) with its rate in percent (BT-152); only S has a rate above 0."""

    category: str
    rate: Decimal


@dataclass(frozen=True)
class PricedLine:
    """A position as it is charged.

    Attributes:
        quantity: pieces, above zero.
        unit_price: as charged, with tax where the document's prices include tax.
        tax: category and rate that apply.
        discount: taken off the whole line, as charged.
        included_rate: tax in percent contained in the price; None where it is the rate that applies.
            They differ when goods priced with home tax leave untaxed (export, intra-community supply).
    """

    quantity: Decimal
    unit_price: Decimal
    tax: TaxKey
    discount: Decimal = NOTHING
    included_rate: Decimal | None = None


@dataclass(frozen=True)
class PricedCharge:
    """A charge on the whole document, such as shipping, as it is charged (BG-21)."""

    amount: Decimal
    tax: TaxKey
    reason: str = ""
    included_rate: Decimal | None = None


@dataclass(frozen=True)
class NetLine:
    """A position's net amounts: BT-146 (4 decimals), BT-136 and BT-131."""

    quantity: Decimal
    net_unit_price: Decimal
    discount_net: Decimal
    net: Decimal
    tax: TaxKey


@dataclass(frozen=True)
class NetAmount:
    """A document's allowance (BT-92) or charge (BT-99), net, in one tax group."""

    net: Decimal
    tax: TaxKey
    reason: str = ""


@dataclass(frozen=True)
class TaxGroup:
    """One row of the tax breakdown (BG-23)."""

    tax: TaxKey
    taxable: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Document:
    """Everything that is printed and stored; BT numbers in ``document_totals``."""

    lines: tuple[NetLine, ...]
    allowances: tuple[NetAmount, ...]
    charges: tuple[NetAmount, ...]
    groups: tuple[TaxGroup, ...]
    lines_net: Decimal
    allowances_net: Decimal
    charges_net: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    rounding: Decimal = Decimal("0.00")

    @property
    def payable(self) -> Decimal:
        """What the customer pays in all: BT-112 + BT-114."""
        return self.gross + self.rounding

    def due(self, paid: Decimal) -> Decimal:
        """Return what is still due after payments (BT-115 = BT-112 - BT-113 + BT-114)."""
        return self.payable - paid


def net_of(amount: Decimal, rate: Decimal) -> Decimal:
    """Return the exact net amount of a gross amount that contains tax at ``rate`` percent; not rounded."""
    return amount * HUNDRED / (HUNDRED + rate)


def spread(amount: Decimal, weights: Sequence[Decimal], currency: str = "EUR") -> list[Decimal]:
    """Split an amount in proportion to weights, to the minor unit, by the largest remainder.

    Args:
        amount: what to split, not negative and a multiple of the currency's minor unit.
        weights: not negative, at least one above zero unless the amount is zero.
        currency: ISO 4217 code.

    Returns:
        Shares that add up to the amount exactly. No share is above its weight if the amount is not
        above the weights' sum and the weights are multiples of the minor unit too.

    Raises:
        DocumentMathError: there is nothing to spread the amount over.
    """
    total = sum(weights, NOTHING)
    unit = minor_unit(currency)
    if not amount:
        return [amount.quantize(unit) for _ in weights]
    if not total:
        raise DocumentMathError("A discount needs goods with a price to be taken off from.")
    exact = [amount * weight / total for weight in weights]
    shares = [share.quantize(unit, rounding=ROUND_FLOOR) for share in exact]
    missing = int((amount - sum(shares, NOTHING)) / unit)
    by_remainder = sorted(range(len(shares)), key=lambda index: (shares[index] - exact[index], index))
    for index in by_remainder[:missing]:
        shares[index] += unit
    return shares

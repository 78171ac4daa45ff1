"""From net amounts to tax groups and totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from backoffice.kernel.document_math.amounts import (
    HUNDRED,
    NOTHING,
    Document,
    NetAmount,
    NetLine,
    TaxGroup,
    TaxKey,
)
from backoffice.kernel.money import round_money


def document_totals(
    *,
    lines: Sequence[NetLine],
    allowances: Sequence[NetAmount] = (),
    charges: Sequence[NetAmount] = (),
    payable: Decimal | None = None,
    currency: str = "EUR",
) -> Document:
    """Add net amounts up to the breakdown and the totals of EN 16931.

    BT-106 = sum of lines; BT-107, BT-108 = sum of allowances, charges; BT-109 = 106 - 107 + 108; per group
    BT-116 = lines + charges - allowances and BT-117 = round(BT-116 x rate); BT-110 = sum of BT-117;
    BT-112 = 109 + 110; BT-114 is what ``payable`` differs from BT-112.

    Args:
        lines: net positions.
        allowances: the document's discounts, per tax group.
        charges: the document's charges, per tax group.
        payable: what was agreed with the customer, with tax; None where there is nothing to meet.
        currency: ISO 4217 code of every amount.
    """
    taxable: dict[TaxKey, Decimal] = {}
    signed: Iterable[tuple[TaxKey, Decimal]] = (
        *((line.tax, line.net) for line in lines),
        *((item.tax, item.net) for item in charges),
        *((item.tax, -item.net) for item in allowances),
    )
    for key, amount in signed:
        taxable[key] = taxable.get(key, NOTHING) + amount
    groups = tuple(
        TaxGroup(key, round_money(amount, currency), round_money(amount * key.rate / HUNDRED, currency))
        for key, amount in sorted(taxable.items(), key=lambda item: (-item[0].rate, item[0].category))
    )
    lines_net = round_money(sum((line.net for line in lines), NOTHING), currency)
    allowances_net = round_money(sum((item.net for item in allowances), NOTHING), currency)
    charges_net = round_money(sum((item.net for item in charges), NOTHING), currency)
    net = lines_net - allowances_net + charges_net
    tax = round_money(sum((group.amount for group in groups), NOTHING), currency)
    document = Document(
        lines=tuple(lines),
        allowances=tuple(allowances),
        charges=tuple(charges),
        groups=groups,
        lines_net=lines_net,
        allowances_net=allowances_net,
        charges_net=charges_net,
        net=net,
        tax=tax,
        gross=net + tax,
        rounding=round_money(NOTHING, currency),
    )
    return document if payable is None else rounded_to(document, payable)


def rounded_to(document: Document, payable: Decimal) -> Document:
    """Return the document with the rounding (BT-114) that makes it cost what was agreed."""
    return replace(document, rounding=payable - document.gross)

"""The arithmetic of credit notes: which lines, discounts and charges give a part of an invoice back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from backoffice.kernel.document_math import (
    Document,
    NetAmount,
    NetLine,
    TaxKey,
    document_totals,
    net_of,
    spread,
)
from backoffice.kernel.money import minor_unit, round_money
from invoices.exceptions import CreditRefused
from invoices.models import Invoice, InvoiceLine
from invoices.selectors.credits import Credited

_NOTHING = Decimal(0)
_ONE = Decimal(1)


@dataclass(frozen=True)
class CreditPart:
    """A line of a credit note; ``original`` is the line that it gives back, None for a credit by amount."""

    net: NetLine
    original: InvoiceLine | None = None


@dataclass(frozen=True)
class CreditPlan:
    """What a credit note will say.

    Attributes:
        parts: its lines.
        document: totals, tax recomputed per group.
    """

    parts: tuple[CreditPart, ...]
    document: Document


def credit_by_quantity(
    invoice: Invoice,
    taken: Credited,
    quantities: Mapping[int, Decimal],
    *,
    with_charges: bool,
    payable: Decimal | None = None,
) -> CreditPlan:
    """Give pieces back at what was charged for them: line discounts and the document's discount shared in.

    Args:
        invoice: the invoice.
        taken: what was credited of it before.
        quantities: pieces per line's key.
        with_charges: give back what is left of shipping and the like too.
        payable: what was agreed with the customer, cents away from the computation at most.

    Raises:
        CreditRefused: an unknown line, no pieces at all, or more of them than are left.
    """
    lines = {line.pk: line for line in invoice.lines.all()}
    parts = []
    for pk, quantity in quantities.items():
        if pk not in lines:
            raise CreditRefused(f"Line {pk} is not on {invoice}.")
        if quantity:
            parts.append(_part(lines[pk], quantity, taken, invoice.currency))
    if not parts:
        raise CreditRefused("No pieces were chosen to be credited. What is left of shipping is credited as an amount.")
    allowances = _allowances(invoice, parts, taken)
    charges = _charges(invoice, taken) if with_charges else []
    completes = with_charges and all(
        quantities.get(pk, _NOTHING) + taken.quantities.get(pk, _NOTHING) == line.quantity for pk, line in lines.items()
    )
    if payable is None and completes:
        payable = invoice.payable - taken.payable
    return _plan(invoice, taken, parts=parts, allowances=allowances, charges=charges, payable=payable)


def credit_by_amount(invoice: Invoice, taken: Credited, amount: Decimal) -> CreditPlan:
    """Give an amount with tax back, spread over the tax groups in proportion to what is left of them.

    Args:
        invoice: the invoice.
        taken: what was credited of it before.
        amount: with tax, in the invoice's currency.

    Raises:
        CreditRefused: not that much is left of the invoice.
    """
    left = {
        TaxKey(group.category, group.rate): group.taxable
        - taken.taxables.get(TaxKey(group.category, group.rate), _NOTHING)
        for group in invoice.tax_breakdown.all()
    }
    keys = sorted((key for key, net in left.items() if net > 0), key=lambda key: (-key.rate, key.category))
    if not keys:
        # All goods are given back; what is left are cents by which the tax of several notes, each rounded by
        # itself, falls short of the invoice's. They go to the largest group.
        key = max(left, key=lambda group: (_taxable(invoice, group), group.rate))
        keys, left = [key], {key: round_money(net_of(amount, key.rate), invoice.currency)}
    shares = spread(amount, [left[key] * (100 + key.rate) for key in keys], invoice.currency)
    parts = []
    for key, share in zip(keys, shares, strict=True):
        net = min(round_money(net_of(share, key.rate), invoice.currency), left[key])
        if net > 0:
            parts.append(CreditPart(NetLine(_ONE, net, _NOTHING, net, key)))
    return _plan(invoice, taken, parts=parts, allowances=[], charges=[], payable=amount)


def _taxable(invoice: Invoice, key: TaxKey) -> Decimal:
    groups = invoice.tax_breakdown.all()
    return sum((group.taxable for group in groups if TaxKey(group.category, group.rate) == key), _NOTHING)


def _part(line: InvoiceLine, quantity: Decimal, taken: Credited, currency: str) -> CreditPart:
    left = line.quantity - taken.quantities.get(line.pk, _NOTHING)
    if quantity < 0 or quantity > left:
        raise CreditRefused(
            f"{quantity.normalize():f} of “{line.name}” cannot be credited: {left.normalize():f} are left."
        )
    before = round_money(quantity * line.unit_price_net, currency)
    net_left = line.net - taken.nets.get(line.pk, _NOTHING)
    if quantity == left:
        net = min(before, net_left)
    else:
        allowance = round_money(line.allowance_net * quantity / line.quantity, currency)
        net = min(before - allowance, net_left)
    tax = TaxKey(line.tax_category, line.tax_rate)
    return CreditPart(NetLine(quantity, line.unit_price_net, before - net, net, tax), line)


def _allowances(invoice: Invoice, parts: Iterable[CreditPart], taken: Credited) -> list[NetAmount]:
    """Take the credited lines' share of the invoice's discounts off the credit."""
    credited: dict[TaxKey, Decimal] = {}
    for part in parts:
        credited[part.net.tax] = credited.get(part.net.tax, _NOTHING) + part.net.net
    whole: dict[TaxKey, Decimal] = {}
    before: dict[TaxKey, Decimal] = {}
    for line in invoice.lines.all():
        key = TaxKey(line.tax_category, line.tax_rate)
        whole[key] = whole.get(key, _NOTHING) + line.net
        before[key] = before.get(key, _NOTHING) + taken.nets.get(line.pk, _NOTHING)
    result = []
    for item in invoice.adjustments.all():
        key = TaxKey(item.tax_category, item.tax_rate)
        if item.is_charge or not credited.get(key):
            continue
        left = item.net - taken.adjustments.get((item.kind, key), _NOTHING)
        is_last = credited[key] + before[key] == whole[key]
        share = left if is_last else round_money(item.net * credited[key] / whole[key], invoice.currency)
        share = min(share, left, credited[key])
        if share > 0:
            result.append(NetAmount(share, key, item.reason))
    return result


def _charges(invoice: Invoice, taken: Credited) -> list[NetAmount]:
    result = []
    for item in invoice.adjustments.all():
        key = TaxKey(item.tax_category, item.tax_rate)
        left = item.net - taken.adjustments.get((item.kind, key), _NOTHING)
        if item.is_charge and left > 0:
            result.append(NetAmount(left, key, item.reason))
    return result


def _plan(
    invoice: Invoice,
    taken: Credited,
    *,
    parts: list[CreditPart],
    allowances: list[NetAmount],
    charges: list[NetAmount],
    payable: Decimal | None,
) -> CreditPlan:
    """Add the credit up, keep it within what is left, and round it to what was agreed."""
    unit = minor_unit(invoice.currency)
    gross_left = invoice.gross - taken.gross
    payable_left = invoice.payable - taken.payable
    document = _totals(parts, allowances, charges, invoice.currency)
    # Tax is rounded anew on each credit note, so several of them can come out a cent above the invoice.
    # The tax is never bent; the last line gives way, and the rounding makes up for it.
    excess = document.gross - gross_left
    agreed = payable if payable is not None else min(document.gross, payable_left)
    if agreed <= 0:
        raise CreditRefused(f"That gives nothing back: what was chosen of {invoice} cost nothing.")
    tolerance = unit * (len(parts) + len(allowances) + len(charges) + 2)
    if excess > tolerance or agreed > payable_left or abs(agreed - document.gross) > tolerance:
        raise CreditRefused(
            f"{max(agreed, document.gross)} {invoice.currency} cannot be credited: {payable_left} are left of {invoice}."
        )
    while parts and document.gross > gross_left:
        parts = _less(parts, unit)
        document = _totals(parts, allowances, charges, invoice.currency)
    return CreditPlan(tuple(parts), _totals(parts, allowances, charges, invoice.currency, agreed))


def _less(parts: list[CreditPart], unit: Decimal) -> list[CreditPart]:
    index = max(range(len(parts)), key=lambda position: parts[position].net.net)
    part = parts[index]
    less = replace(part.net, net=part.net.net - unit, discount_net=part.net.discount_net + unit)
    return [*parts[:index], replace(part, net=less), *parts[index + 1 :]]


def _totals(
    parts: list[CreditPart],
    allowances: list[NetAmount],
    charges: list[NetAmount],
    currency: str,
    payable: Decimal | None = None,
) -> Document:
    return document_totals(
        lines=[part.net for part in parts], allowances=allowances, charges=charges, payable=payable, currency=currency
    )

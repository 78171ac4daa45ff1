"""What customers paid for the pieces that they send back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Q

from backoffice.kernel.document_math import Document, TaxKey, spread
from backoffice.kernel.money import round_money
from orders.models import Order, OrderLine, Return, ReturnLine
from orders.selectors.documents import order_document
from orders.states import ReturnStatus

_NOTHING = Decimal(0)


def return_value(document: Return) -> Decimal:
    """Return what was charged for a return's pieces, with tax and less discounts, in the order's currency.

    Shipping is not part of it. The value of a line's pieces is the difference of two running totals,
    so that several returns of one line add up to what was charged for it, to the cent.

    Args:
        document: a return; pieces of the same lines in returns completed before it count first.
    """
    order = document.order
    charged = lines_charged(order)
    total = _NOTHING
    for row in document.lines.select_related("order_line"):
        line = row.order_line
        before = _returned_before(row, document.completed_at)
        total += _running(charged[line.pk], line, before + row.quantity, order.currency)
        total -= _running(charged[line.pk], line, before, order.currency)
    return round_money(total, order.currency)


def lines_charged(order: Order) -> dict[int, Decimal]:
    """Share what an order costs without its shipping over its lines, to the cent.

    Returns:
        Amount with tax per line's key.
    """
    lines = list(order.lines.all())
    priced = order_document(order, lines)
    goods = order.total - _shipping_with_tax(order, priced)
    weights = _line_weights(priced)
    if not any(weights):
        return {line.pk: Decimal("0.00") for line in lines}
    return dict(zip([line.pk for line in lines], spread(goods, weights, order.currency), strict=True))


def _line_weights(priced: Document) -> list[Decimal]:
    """Return each line's net after its share of the discount, with tax, not rounded."""
    nets: dict[TaxKey, Decimal] = {}
    for line in priced.lines:
        nets[line.tax] = nets.get(line.tax, _NOTHING) + line.net
    allowances: dict[TaxKey, Decimal] = {}
    for item in priced.allowances:
        allowances[item.tax] = allowances.get(item.tax, _NOTHING) + item.net
    weights = []
    for line in priced.lines:
        group = nets[line.tax]
        kept = 1 - allowances.get(line.tax, _NOTHING) / group if group else _NOTHING
        weights.append(line.net * kept * (100 + line.tax.rate))
    return weights


def _shipping_with_tax(order: Order, priced: Document) -> Decimal:
    net = sum((item.net for item in priced.charges), _NOTHING)
    if not net:
        return _NOTHING
    # Exempt supplies leave without tax, so the price as charged is only meant where its tax applies.
    if order.prices_include_tax and order.shipping_included_tax_rate == order.shipping_tax_rate:
        return order.shipping_price
    return round_money(net * (100 + order.shipping_tax_rate) / 100, order.currency)


def _returned_before(row: ReturnLine, completed_at: dt.datetime | None) -> int:
    earlier = ReturnLine.objects.filter(order_line=row.order_line_id, document__status=ReturnStatus.COMPLETED).exclude(
        document=row.document_id
    )
    if completed_at is not None:
        same_moment = Q(document__completed_at=completed_at, document__lt=row.document_id)
        earlier = earlier.filter(Q(document__completed_at__lt=completed_at) | same_moment)
    return sum(earlier.values_list("quantity", flat=True))


def _running(charged: Decimal, line: OrderLine, pieces: int, currency: str) -> Decimal:
    return round_money(charged * pieces / line.quantity, currency)

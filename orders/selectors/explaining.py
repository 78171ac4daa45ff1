"""How an order's total came about, step by step, for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backoffice.kernel.document_math import TaxGroup
from orders.models import Order, OrderLine
from orders.selectors.documents import order_document
from products.models import TaxCategory


@dataclass(frozen=True)
class Step:
    """One line of an explanation.

    Attributes:
        label: what the amount is.
        how: how it came about, with its figures; "" where the label says it all.
        amount: in the order's currency.
        is_sum: whether the amount sums up what stands above it.
    """

    label: str
    how: str
    amount: Decimal
    is_sum: bool = False


@dataclass(frozen=True)
class Explanation:
    """The steps from lines to total.

    Attributes:
        steps: in the order in which they are computed.
        currency: ISO 4217 code of every amount.
        agrees: whether the steps lead to the total that the order stores.
    """

    steps: tuple[Step, ...]
    currency: str
    agrees: bool


def order_explain(order: Order, lines: Sequence[OrderLine] | None = None) -> Explanation:
    """Explain an order's total: net of each line, discount, shipping, tax per rate, rounding.

    Args:
        order: the order.
        lines: its lines in order of position, where the caller has them.
    """
    rows = list(order.lines.all()) if lines is None else list(lines)
    document = order_document(order, rows)
    steps = [
        Step(f"{line.sku} {line.name}".strip(), _line_how(order, line), net.net)
        for line, net in zip(rows, document.lines, strict=True)
    ]
    steps.append(Step("Goods, net", "", document.lines_net, is_sum=True))
    steps += [
        Step(
            item.reason,
            f"share of {order.discount} on goods at {_rate(item.tax.rate)}{_without_tax(order)}",
            -item.net,
        )
        for item in document.allowances
    ]
    steps += [
        Step(item.reason, f"{order.shipping_price}{_less(order, order.shipping_included_tax_rate)}", item.net)
        for item in document.charges
    ]
    if document.allowances or document.charges:
        steps.append(Step("Net", "", document.net, is_sum=True))
    steps += [_tax_step(group) for group in document.groups]
    if document.rounding:
        steps.append(Step("Rounding", "so that the total is exactly the prices with tax", document.rounding))
    steps.append(Step("Total", "", document.payable, is_sum=True))
    return Explanation(tuple(steps), order.currency, agrees=document.payable == order.total)


def _line_how(order: Order, line: OrderLine) -> str:
    discount = f" - {line.discount} discount" if line.discount else ""
    priced = f"{line.quantity} × {line.unit_price}{discount}"
    less = _less(order, line.included_tax_rate)
    return f"{priced}{less} = {line.quantity} × {line.net_unit_price}" if less else priced


def _less(order: Order, rate: Decimal) -> str:
    return f" less {_rate(rate)} tax" if order.prices_include_tax and rate else ""


def _without_tax(order: Order) -> str:
    return ", without its tax" if order.prices_include_tax else ""


def _tax_step(group: TaxGroup) -> Step:
    if group.tax.rate:
        return Step(f"Tax {_rate(group.tax.rate)}", f"of {group.taxable}", group.amount)
    name = TaxCategory(group.tax.category).label.partition(" · ")[2]
    return Step("Tax", f"none on {group.taxable}: {name}", group.amount)


def _rate(rate: Decimal) -> str:
    return f"{rate.normalize():f} %"

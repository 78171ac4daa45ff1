"""What an order costs: tax per line, net amounts, totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from backoffice.kernel import clock
from backoffice.kernel.document_math import Document, DocumentMathError, TaxKey
from backoffice.kernel.history.rows import rows_update
from backoffice.kernel.shop.selectors import shop_settings
from orders.exceptions import AmountRefused
from orders.models import Order, OrderLine
from orders.selectors.documents import order_document
from orders.selectors.taxation import AppliedTax, TaxTable
from orders.services.rows import lock_draft, take_over

LINE_PRICED = ["tax_rate", "tax_category", "included_tax_rate", "net_unit_price", "net"]
ORDER_PRICED = [
    "shipping_tax_rate",
    "shipping_tax_category",
    "shipping_included_tax_rate",
    "lines_net",
    "shipping_net",
    "discount_net",
    "tax_total",
    "rounding",
    "total",
]


def order_price(*, order: Order) -> Order:
    """Compute a draft's tax and totals anew and save what changed.

    The tax follows from the country of delivery, the day and the buyer's VAT id; amounts are
    computed by EN 16931, rounded half up to the minor unit of the order's currency.

    Raises:
        OrderNotDraft: placed orders keep what was agreed.
        AmountRefused: the discount is above what it is taken from.
        NoTaxRate: no rate applies.
    """
    with transaction.atomic():
        locked = lock_draft(order)
        lines = list(locked.lines.select_related("variant__product"))
        prices_save([locked], lines, prices_apply(locked, lines, TaxTable(home=shop_settings().country)))
    return take_over(order, locked)


def prices_apply(order: Order, lines: Sequence[OrderLine], table: TaxTable) -> set[int]:
    """Put tax and totals on an order and its lines, in memory.

    Args:
        order: a draft.
        lines: its lines with ``variant__product`` joined.
        table: the rates.

    Returns:
        ``id()`` of each row whose values changed.

    Raises:
        AmountRefused, NoTaxRate: as for ``order_price``.
    """
    before = {id(line): _values(line, LINE_PRICED) for line in lines} | {id(order): _values(order, ORDER_PRICED)}
    taxes = [_applied(order, table, line.variant.product.tax_class_id) for line in lines]
    for line, tax in zip(lines, taxes, strict=True):
        line.tax_category, line.tax_rate, line.included_tax_rate = tax.key.category, tax.key.rate, tax.included_rate
    shipping = _shipping_tax(order, lines, taxes, table)
    order.shipping_tax_category, order.shipping_tax_rate = shipping.key.category, shipping.key.rate
    order.shipping_included_tax_rate = shipping.included_rate
    try:
        document = order_document(order, lines)
    except DocumentMathError as error:
        raise AmountRefused(str(error)) from error
    for line, net in zip(lines, document.lines, strict=True):
        line.net_unit_price, line.net = net.net_unit_price, net.net
    _put_totals(order, document)
    after = {id(line): _values(line, LINE_PRICED) for line in lines} | {id(order): _values(order, ORDER_PRICED)}
    return {key for key, values in after.items() if values != before[key]}


def prices_save(orders: Sequence[Order], lines: Sequence[OrderLine], changed: set[int]) -> None:
    """Save the rows that ``prices_apply`` changed."""
    rows_update(OrderLine, (line for line in lines if id(line) in changed), LINE_PRICED)
    rows_update(Order, (order for order in orders if id(order) in changed), ORDER_PRICED)


def _values(row: Order | OrderLine, fields: Sequence[str]) -> list[object]:
    return [getattr(row, name) for name in fields]


def _applied(order: Order, table: TaxTable, tax_class_id: int) -> AppliedTax:
    return table.applied(
        tax_class_id=tax_class_id,
        destination=order.shipping_address.get("country") or table.home,
        vat_id=order.vat_id,
        on=timezone.localdate(order.placed_at) if order.placed_at else clock.today(),
        prices_include_tax=order.prices_include_tax,
    )


def _shipping_tax(order: Order, lines: Sequence[OrderLine], taxes: Sequence[AppliedTax], table: TaxTable) -> AppliedTax:
    """Return the tax on shipping: of its own class, or else of the goods that make up most of the order."""
    if order.shipping_tax_class_id is not None:
        return _applied(order, table, order.shipping_tax_class_id)
    values: dict[AppliedTax, Decimal] = {}
    for line, tax in zip(lines, taxes, strict=True):
        values[tax] = values.get(tax, Decimal(0)) + line.quantity * line.unit_price
    if not values:
        return AppliedTax(TaxKey("Z", Decimal("0.00")), Decimal("0.00"))
    return max(values, key=lambda tax: (values[tax], tax.key.rate))


def _put_totals(order: Order, document: Document) -> None:
    order.lines_net = document.lines_net
    order.shipping_net = document.charges_net
    order.discount_net = document.allowances_net
    order.tax_total = document.tax
    order.rounding = document.rounding
    order.total = document.payable

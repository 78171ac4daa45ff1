"""An order as a document: its stored prices and tax, computed by the same rules as its invoice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from backoffice.kernel.document_math import Document, PricedCharge, PricedLine, TaxKey, document_price
from orders.models import Order, OrderLine

SHIPPING = "Shipping"


def order_document(order: Order, lines: Sequence[OrderLine] | None = None) -> Document:
    """Compute net amounts, discounts per tax group, tax and totals from what the order stores.

    The result agrees with the order's stored totals to the cent.

    Args:
        order: the order; amounts in its currency.
        lines: its lines in order of position, where the caller has them.
    """
    rows = list(order.lines.all()) if lines is None else lines
    return document_price(
        lines=[priced_line(line) for line in rows],
        charges=[shipping_charge(order)] if order.shipping_price else [],
        discount=order.discount,
        discount_reason=order.discount_reason or ("Discount" if order.discount else ""),
        prices_include_tax=order.prices_include_tax,
        currency=order.currency,
    )


def priced_line(line: OrderLine) -> PricedLine:
    """Return a line as it is charged."""
    return PricedLine(
        quantity=Decimal(line.quantity),
        unit_price=line.unit_price,
        tax=TaxKey(line.tax_category, line.tax_rate),
        discount=line.discount,
        included_rate=line.included_tax_rate,
    )


def shipping_charge(order: Order) -> PricedCharge:
    """Return what the order charges for shipping."""
    return PricedCharge(
        amount=order.shipping_price,
        tax=TaxKey(order.shipping_tax_category, order.shipping_tax_rate),
        reason=SHIPPING,
        included_rate=order.shipping_included_tax_rate,
    )

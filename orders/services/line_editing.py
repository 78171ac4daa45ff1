"""Positions of a draft, in memory: what a new one copies, what a change does, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backoffice.kernel.shop.models import ShopSettings
from orders.exceptions import AmountRefused, NotOnSale, OrderRefused
from orders.models import Order, OrderLine
from orders.selectors.on_sale import not_on_sale
from products.models import Variant

COPIED = ["variant", "seller", "sku", "name", "unit_code"]

_NOTHING = Decimal("0.00")
_NAME_LENGTH = 500


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """A position to be added.

    Attributes:
        variant: what is ordered.
        quantity: pieces, at least one.
        unit_price: as charged, in the order's currency; None takes the catalogue's.
        discount: off the whole line, as charged.
    """

    variant: Variant
    quantity: int = 1
    unit_price: Decimal | None = None
    discount: Decimal = _NOTHING


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """A change of a position; None leaves a value as it is.

    Attributes:
        line: the position.
        variant: something else instead; it brings its catalogue price unless a price is given.
        quantity: pieces, at least one.
        unit_price: as charged, in the order's currency.
        discount: off the whole line, as charged.
    """

    line: OrderLine
    variant: Variant | None = None
    quantity: int | None = None
    unit_price: Decimal | None = None
    discount: Decimal | None = None


def variants_with_seller(variants: Sequence[Variant]) -> dict[int, Variant]:
    """Return variants by primary key, as they are now, with product and seller joined."""
    ids = [variant.pk for variant in variants]
    return Variant.objects.select_related("product__seller").in_bulk(ids) if ids else {}


def lines_new(
    order: Order,
    lines: Sequence[OrderLine],
    new: Sequence[NewLine],
    variants: dict[int, Variant],
    shop: ShopSettings,
    *,
    on_sale_only: bool = True,
) -> list[OrderLine]:
    """Return new positions below the others, not yet priced or saved."""
    last = max((line.position for line in lines), default=0)
    added = []
    for number, item in enumerate(new, start=last + 1):
        line = OrderLine(order=order, position=number, quantity=item.quantity, discount=item.discount)
        _put_variant(line, variants[item.variant.pk], on_sale_only=on_sale_only)
        line.unit_price = _catalogue_price(order, line.variant, shop) if item.unit_price is None else item.unit_price
        _refuse_impossible(line)
        added.append(line)
    return added


def line_change(
    order: Order,
    line: OrderLine,
    item: LineChange,
    variants: dict[int, Variant],
    shop: ShopSettings,
    *,
    on_sale_only: bool,
) -> list[str]:
    """Change a line in memory and return the names of the fields that changed."""
    given = (("quantity", item.quantity), ("unit_price", item.unit_price), ("discount", item.discount))
    changes: dict[str, Any] = {
        name: value for name, value in given if value is not None and getattr(line, name) != value
    }
    copied: list[str] = []
    if item.variant is not None and item.variant.pk != line.variant_id:
        _put_variant(line, variants[item.variant.pk], on_sale_only=on_sale_only)
        copied = COPIED
        if item.unit_price is None:
            changes["unit_price"] = _catalogue_price(order, line.variant, shop)
    for name, value in changes.items():
        setattr(line, name, value)
    _refuse_impossible(line)
    return [*changes, *copied]


def _put_variant(line: OrderLine, variant: Variant, *, on_sale_only: bool) -> None:
    why_not = not_on_sale(variant) if on_sale_only else ""
    if why_not:
        raise NotOnSale(why_not, field="variant")
    product = variant.product
    line.variant, line.seller = variant, product.seller
    line.sku, line.unit_code = variant.sku, variant.unit_code
    line.name = (f"{product.name}, {variant.title}" if variant.title else product.name)[:_NAME_LENGTH]


def _catalogue_price(order: Order, variant: Variant, shop: ShopSettings) -> Decimal:
    if order.currency != shop.base_currency:
        raise AmountRefused(
            f"Say what {variant.sku} costs in {order.currency}: the catalogue is in {shop.base_currency}.",
            field="unit_price",
        )
    if order.prices_include_tax != shop.prices_include_tax:
        kind = "with" if order.prices_include_tax else "without"
        raise AmountRefused(
            f"Say what {variant.sku} costs {kind} tax: the catalogue's prices are not.", field="unit_price"
        )
    return variant.price


def _refuse_impossible(line: OrderLine) -> None:
    if line.quantity < 1:
        raise OrderRefused("Order at least one piece.", field="quantity")
    if line.unit_price < 0:
        raise AmountRefused("A price cannot be negative.", field="unit_price")
    if not 0 <= line.discount <= line.quantity * line.unit_price:
        raise AmountRefused(
            f"A discount of {line.discount:.2f} cannot be taken off {line.quantity} × {line.unit_price:.2f}.",
            field="discount",
        )

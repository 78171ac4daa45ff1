"""Lines of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import SellerStatus
from backoffice.kernel.history.rows import rows_insert
from backoffice.kernel.shop.selectors import shop_settings
from orders.exceptions import AmountRefused, NotOnSale, OrderRefused
from orders.models import Order, OrderLine
from orders.selectors.taxation import TaxTable
from orders.services.pricing import LINE_PRICED, order_price, prices_apply, prices_save
from orders.services.rows import lock_draft, take_over
from products.models import Variant
from products.states import ProductStatus

_NOTHING = Decimal("0.00")
_NAME_LENGTH = 500
_COPIED = ["variant", "seller", "sku", "name", "unit_code"]
_INSERTED = ["order", "position", "quantity", "unit_price", "discount", *_COPIED, *LINE_PRICED]


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


def order_lines_add(*, order: Order, new: Sequence[NewLine], on_sale_only: bool = True) -> list[OrderLine]:
    """Add positions to a draft and price it anew, once.

    Name, SKU, unit and seller are copied, so that later changes of the catalogue change nothing.

    Args:
        order: the draft.
        new: what is ordered, in the order of the lines.
        on_sale_only: refuse what is not on sale; False for orders that were made elsewhere.

    Raises:
        OrderNotDraft: the order was placed or cancelled.
        NotOnSale: a variant, product or seller is not active.
        AmountRefused: a price is missing or negative, or a discount too large.
        NoTaxRate: no tax rate applies.
    """
    with transaction.atomic():
        locked = lock_draft(order)
        variants = _with_seller([item.variant.pk for item in new])
        lines = list(locked.lines.select_related("variant__product"))
        position = max((line.position for line in lines), default=0)
        added = []
        for number, item in enumerate(new, start=position + 1):
            line = OrderLine(order=locked, position=number, quantity=item.quantity, discount=item.discount)
            _put_variant(line, variants[item.variant.pk], on_sale_only=on_sale_only)
            line.unit_price = _catalogue_price(locked, line.variant) if item.unit_price is None else item.unit_price
            _refuse_impossible(line)
            added.append(line)
        changed = prices_apply(locked, [*lines, *added], TaxTable(home=shop_settings().country))
        rows_insert(OrderLine, added, _INSERTED)
        prices_save([locked], lines, changed)
    take_over(order, locked)
    return added


def order_line_add(
    *,
    order: Order,
    variant: Variant,
    quantity: int = 1,
    unit_price: Decimal | None = None,
    discount: Decimal = _NOTHING,
    on_sale_only: bool = True,
) -> OrderLine:
    """Add one position to a draft; see ``order_lines_add``."""
    line = NewLine(variant=variant, quantity=quantity, unit_price=unit_price, discount=discount)
    return order_lines_add(order=order, new=[line], on_sale_only=on_sale_only)[0]


def order_line_update(
    *,
    line: OrderLine,
    variant: Variant | None = None,
    quantity: int | None = None,
    unit_price: Decimal | None = None,
    discount: Decimal | None = None,
) -> OrderLine:
    """Change a position of a draft and price the draft anew.

    Args:
        line: the position.
        variant: something else instead; it brings its catalogue price unless a price is given.
        quantity: pieces, at least one.
        unit_price: as charged, in the order's currency.
        discount: off the whole line, as charged.

    Raises:
        OrderNotDraft, NotOnSale, AmountRefused, NoTaxRate: as for ``order_lines_add``.
    """
    with transaction.atomic():
        order = lock_draft(line.order)
        lines = list(order.lines.select_related("variant__product"))
        fresh = next(row for row in lines if row.pk == line.pk)
        changes: dict[str, object] = {
            name: value
            for name, value in (("quantity", quantity), ("unit_price", unit_price), ("discount", discount))
            if value is not None and getattr(fresh, name) != value
        }
        if variant is not None and variant.pk != fresh.variant_id:
            _put_variant(fresh, _with_seller([variant.pk])[variant.pk], on_sale_only=True)
            changes = {"unit_price": _catalogue_price(order, fresh.variant), **changes} | dict.fromkeys(_COPIED)
        for name in ("quantity", "unit_price", "discount"):
            setattr(fresh, name, changes.get(name, getattr(fresh, name)))
        if changes:
            _refuse_impossible(fresh)
            changed = prices_apply(order, lines, TaxTable(home=shop_settings().country))
            fresh.save(update_fields=[*changes, *LINE_PRICED, "updated_at"])
            prices_save([order], [row for row in lines if row is not fresh], changed)
    return take_over(line, fresh)


def order_line_remove(*, line: OrderLine) -> None:
    """Take a position off a draft and price the draft anew.

    Raises:
        OrderNotDraft: the order was placed or cancelled.
        AmountRefused: the order's discount is above what is left.
    """
    with transaction.atomic():
        order = lock_draft(line.order)
        OrderLine.objects.get(pk=line.pk).delete()
        order_price(order=order)


def not_on_sale(variant: Variant) -> str:
    """Return why a variant cannot be ordered, or an empty string; ``product__seller`` is joined."""
    if not variant.is_active:
        return f"{variant.sku} is not on sale."
    if variant.product.status != ProductStatus.ACTIVE:
        return f"{variant.sku} is not on sale: {variant.product} is {variant.product.get_status_display().lower()}."
    seller = variant.product.seller
    if seller.status != SellerStatus.ACTIVE:
        return f"{variant.sku} is not on sale: {seller} is {seller.get_status_display().lower()}."
    return ""


def _with_seller(ids: Sequence[int]) -> dict[int, Variant]:
    return Variant.objects.select_related("product__seller").in_bulk(ids)


def _put_variant(line: OrderLine, variant: Variant, *, on_sale_only: bool) -> None:
    why_not = not_on_sale(variant) if on_sale_only else ""
    if why_not:
        raise NotOnSale(why_not, field="variant")
    product = variant.product
    line.variant, line.seller = variant, product.seller
    line.sku, line.unit_code = variant.sku, variant.unit_code
    line.name = (f"{product.name}, {variant.title}" if variant.title else product.name)[:_NAME_LENGTH]


def _catalogue_price(order: Order, variant: Variant) -> Decimal:
    shop = shop_settings()
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
            f"A discount of {line.discount} cannot be taken off {line.quantity} × {line.unit_price}.", field="discount"
        )

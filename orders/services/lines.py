"""Lines of drafts, one or several at a time; ``draft_edit`` does the work."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from orders.models import Order, OrderLine
from orders.selectors.on_sale import not_on_sale
from orders.services.editing import draft_edit
from orders.services.line_editing import LineChange, NewLine
from products.models import Variant

__all__ = [
    "NewLine",
    "not_on_sale",
    "order_line_add",
    "order_line_remove",
    "order_line_update",
    "order_lines_add",
]

_NOTHING = Decimal("0.00")


def order_lines_add(*, order: Order, new: Sequence[NewLine], on_sale_only: bool = True) -> list[OrderLine]:
    """Add positions to a draft and price it anew, once; see ``draft_edit``."""
    return draft_edit(order=order, add=new, on_sale_only=on_sale_only)


def order_line_add(
    *,
    order: Order,
    variant: Variant,
    quantity: int = 1,
    unit_price: Decimal | None = None,
    discount: Decimal = _NOTHING,
    on_sale_only: bool = True,
) -> OrderLine:
    """Add one position to a draft; see ``draft_edit``."""
    line = NewLine(variant=variant, quantity=quantity, unit_price=unit_price, discount=discount)
    return draft_edit(order=order, add=[line], on_sale_only=on_sale_only)[0]


def order_line_update(
    *,
    line: OrderLine,
    variant: Variant | None = None,
    quantity: int | None = None,
    unit_price: Decimal | None = None,
    discount: Decimal | None = None,
) -> OrderLine:
    """Change a position of a draft and price the draft anew; see ``LineChange`` and ``draft_edit``."""
    change = LineChange(line=line, variant=variant, quantity=quantity, unit_price=unit_price, discount=discount)
    draft_edit(order=line.order, change=[change])
    return line


def order_line_remove(*, line: OrderLine) -> None:
    """Take a position off a draft and price the draft anew; see ``draft_edit``."""
    draft_edit(order=line.order, remove=[line])

"""Which rows of a document are goods, and what its other rows add to the order's own amounts."""

from __future__ import annotations

from decimal import Decimal

from orders.transfers.sales.columns import LINE_FIELDS
from orders.transfers.sales.document import Document, Work
from orders.transfers.sales.words import DISCOUNT, GOODS, SHIPPING

_AMOUNTS = {SHIPPING: "shipping_price", DISCOUNT: "order_discount"}


def sort_rows(work: Work, document: Document) -> None:
    """Tell goods from postage and discounts, and add the latter to the order's own amounts.

    A document without goods keeps such rows as lines: an order needs something that was ordered.
    """
    types, quantities = work.column("row_type"), work.column("quantity")
    columns = [work.column(name) for name in LINE_FIELDS]
    filled = [place for place in document.places if any(column[place] is not None for column in columns)]
    document.goods = [place for place in filled if types[place] in (None, GOODS)]
    if not document.goods:
        document.goods = filled
    pieces = [quantities[place] for place in document.goods if quantities[place] is not None]
    document.takes_back = bool(pieces) and all(count < 0 for count in pieces)
    for kind, name in _AMOUNTS.items():
        places = [place for place in filled if types[place] == kind and place not in document.goods]
        if places:
            _add(work, document, name, places)


def _add(work: Work, document: Document, name: str, places: list[int]) -> None:
    """Add rows to an amount of the order."""
    batch = work.batch
    quantities, prices = work.column("quantity"), work.column("unit_price")
    amount = Decimal(document.values.get(name) or 0)
    for place in places:
        count = 1 if quantities[place] is None else quantities[place]
        part = count * Decimal(prices[place] or 0)
        # A discount is written with either sign; postage that a cancellation gives back with a minus.
        part = abs(part) if name == "order_discount" or document.takes_back else part
        if part < 0:
            batch.refuse(place, "unit_price", prices[place], "Postage cannot be negative; write it as a discount.")
            continue
        amount += part
    document.values[name] = f"{amount:.2f}"

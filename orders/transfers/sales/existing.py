"""What is here already of a chunk's orders and returns, in the form in which files say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from backoffice.kernel.lookups import amount_text
from orders.models import Order, OrderChannel, OrderLine, Return, ReturnLine
from orders.transfers.sales.columns import ADDRESS_KEYS, AMOUNTS, STORED_AS

# SKU, pieces, price and discount of a line; the latter two are "" in a return.
LineSays = tuple[str, int, str, str]


@dataclass(slots=True)
class Existing:
    """An order or a return as it is.

    Attributes:
        pk: primary key.
        number: our number.
        status: of the order; "" of a return.
        values: field of the file → stored value.
        lines: in their order.
        is_settled: whether it was settled elsewhere.
        is_return: whether it is a return.
    """

    pk: int
    number: str
    status: str
    values: dict[str, Any] = field(default_factory=dict)
    lines: list[LineSays] = field(default_factory=list)
    is_settled: bool = False
    is_return: bool = False


def existing_by_key(keys: Collection[str]) -> dict[str, Existing]:
    """Return orders and returns by their number elsewhere, else orders by their number here.

    Args:
        keys: numbers that a file names.
    """
    wanted = sorted(keys)
    columns = [
        "pk", "number", "channel", "external_reference", "status", "placed_at", "settled_elsewhere",
        "billing_address", "shipping_address", *STORED_AS.values(),
    ]  # fmt: skip
    uploaded = Q(channel=OrderChannel.UPLOAD, external_reference__among=wanted)
    rows = list(Order.objects.order_by("pk").filter(uploaded | Q(number__among=wanted)).values(*columns))
    orders = [_order(row) for row in rows]
    _read_lines({order.pk: order for order in orders})
    found = {row["number"]: order for row, order in zip(rows, orders, strict=True) if row["number"] in keys}
    found |= _returns(wanted)
    for row, order in zip(rows, orders, strict=True):
        if row["channel"] == OrderChannel.UPLOAD and row["external_reference"] in keys:
            found[row["external_reference"]] = order
    return found


def local_text(moment: Any) -> str:
    """Return a moment to the second as people of the shop write it, which is how exports do."""
    return timezone.localtime(moment).replace(microsecond=0, tzinfo=None).isoformat()


def _order(row: dict[str, Any]) -> Existing:
    values: dict[str, Any] = {
        name: amount_text(row[column], 2) if name in AMOUNTS else row[column] for name, column in STORED_AS.items()
    }
    if row["placed_at"] is not None:
        values["ordered_at"] = local_text(row["placed_at"])
    for key in ADDRESS_KEYS:
        values[f"billing_{key}"] = row["billing_address"].get(key, "")
        values[f"shipping_{key}"] = row["shipping_address"].get(key, "")
    return Existing(row["pk"], row["number"], row["status"], values, is_settled=row["settled_elsewhere"])


def _read_lines(orders: dict[int, Existing]) -> None:
    columns = ("order_id", "sku", "quantity", "unit_price", "discount")
    rows = OrderLine.objects.filter(order_id__among=list(orders)).order_by("order_id", "position", "pk")
    for order_id, sku, quantity, price, discount in rows.values_list(*columns) if orders else ():
        orders[order_id].lines.append((sku, quantity, amount_text(price, 2) or "", amount_text(discount, 2) or ""))


def _returns(wanted: Iterable[str]) -> dict[str, Existing]:
    rows = Return.objects.filter(external_reference__among=list(wanted)).order_by("pk")
    found = {
        reference: Existing(pk, number, "", is_return=True)
        for pk, number, reference in rows.values_list("pk", "number", "external_reference")
    }
    lines: dict[int, list[LineSays]] = defaultdict(list)
    items = ReturnLine.objects.filter(document_id__among=[item.pk for item in found.values()]).order_by("pk")
    for document_id, sku, quantity in items.values_list("document_id", "order_line__sku", "quantity") if found else ():
        lines[document_id].append((sku, quantity, "", ""))
    for item in found.values():
        item.lines = lines[item.pk]
    return found

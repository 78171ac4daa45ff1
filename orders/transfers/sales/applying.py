"""Writing a chunk of a plan of orders."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice.kernel.transfers.service import ApplyConflict, ApplyOutcome, PlannedChange
from orders.models import Order, OrderChannel, OrderLine, Return
from orders.selectors.parcels import lines_to_return
from orders.services.bulk_orders import PastReturn, orders_bulk_record, returns_bulk_record
from orders.services.numbers import numbers_lock
from orders.services.rows import lock_orders
from orders.transfers.sales.articles import complete_lines
from orders.transfers.sales.columns import LINE_COLUMNS
from orders.transfers.sales.words import CANCELLED

_TORN = "The rest of its order is not taken in."
_MADE = "{name} was taken in since the preview."
_GONE = "The sale whose goods come back has changed since the preview."
_LOST = "{key} takes back goods whose sale was not found; nothing followed from it here."
# In the payload for people and for later chunks, not for the table.
_NOT_STORED = frozenset({"moment", "kind"})


@dataclass
class Part:
    """The rows of one document.

    Attributes:
        rows: in the order of the file.
        reason: why it is left alone; "" where it is written.
    """

    rows: list[PlannedChange] = field(default_factory=list)
    reason: str = ""

    @property
    def head(self) -> dict[str, Any]:
        """Return what the carrying row remembers."""
        return self.rows[0].payload


def apply_orders(changes: Sequence[PlannedChange]) -> ApplyOutcome:
    """Write a chunk inside the transaction that the caller has opened, each document whole or not at all.

    Args:
        changes: rows of the plan; the rows of a document come together.
    """
    numbers_lock(kind="order")
    parts = _parts(changes)
    _refuse_torn(parts)
    _refuse_made(parts)
    sales = [part for part in parts if not part.reason and "order" in part.head]
    refused = complete_lines([row for part in sales for row in part.rows])
    for part in sales:
        part.reason = next((refused[row.number] for row in part.rows if row.number in refused), "")
    _record([part for part in sales if not part.reason])
    _take_back([part for part in parts if not part.reason and "return" in part.head])
    return ApplyOutcome([ApplyConflict(row.number, part.reason) for part in parts if part.reason for row in part.rows])


def _parts(changes: Sequence[PlannedChange]) -> list[Part]:
    parts: dict[tuple[str, int], Part] = defaultdict(Part)
    for change in changes:
        parts[change.key, change.payload["of"]].rows.append(change)
    return list(parts.values())


def _refuse_torn(parts: list[Part]) -> None:
    """Find documents of which rows were refused after they had been planned."""
    for part in parts:
        if part.head.get("rows") != len(part.rows):
            part.reason = _TORN


def _refuse_made(parts: list[Part]) -> None:
    """Find documents that are here by now."""
    keys = sorted({part.rows[0].key for part in parts})
    orders = Order.objects.filter(channel=OrderChannel.UPLOAD, external_reference__among=keys)
    taken = set(orders.values_list("external_reference", flat=True))
    taken |= set(Return.objects.filter(external_reference__among=keys).values_list("external_reference", flat=True))
    for part in parts:
        if part.rows[0].key in taken:
            part.reason = part.reason or _MADE.format(name=part.rows[0].key)


def _record(parts: list[Part]) -> None:
    """Insert the orders."""
    orders: dict[int, dict[str, Any]] = {}
    lines: dict[int, list[Any]] = {}
    notes: dict[int, str] = {}
    for part in parts:
        stored, pk = part.head["order"], part.head["of"]
        orders[pk] = {name: _typed(name, value) for name, value in stored.items() if name not in _NOT_STORED}
        lines |= {row.payload["line_id"]: row.payload["line"] for row in part.rows if "line" in row.payload}
        if stored["kind"] == CANCELLED and part.head["takes_back"]:
            notes[pk] = _LOST.format(key=part.rows[0].key)
    orders_bulk_record(orders=orders, line_columns=LINE_COLUMNS, lines=lines, notes=notes)


def _typed(name: str, value: Any) -> Any:
    """Return a value of the plan as the table takes it: moments travel as text."""
    return dt.datetime.fromisoformat(value) if value is not None and name.endswith("_at") else value


def _take_back(parts: list[Part]) -> None:
    """Insert the returns whose goods are still with the customer."""
    if not parts:
        return
    locked = {order.pk: order for order in lock_orders({part.head["return"]["order_id"] for part in parts})}
    free = {line.pk: (line, count) for lines in lines_to_return(list(locked)).values() for line, count in lines}
    left = {pk: count for pk, (_, count) in free.items()}
    returns = []
    for part in parts:
        said = part.head["return"]
        wanted = [(row.payload["line_id"], *row.payload["returned"]) for row in part.rows if "returned" in row.payload]
        if said["order_id"] not in locked or any(left.get(line_id, 0) < count for _, line_id, count in wanted):
            part.reason = _GONE
            continue
        lines: list[tuple[int, OrderLine, int]] = []
        for pk, line_id, count in wanted:
            left[line_id] -= count
            lines.append((pk, free[line_id][0], count))
        moment = dt.datetime.fromisoformat(said["moment"])
        order = locked[said["order_id"]]
        returns.append(PastReturn(part.head["of"], order, said["external_reference"], said["note"], moment, lines))
    returns_bulk_record(returns=returns)

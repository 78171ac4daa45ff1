"""Recording orders and returns that happened elsewhere, thousands at once.

The rows are inserted in their final states. No transition is applied, because none takes place
here: stock was not promised and did not leave, nobody is to be paid, invoiced or written to. What
single writes leave (history with who and which job, timestamps) these leave too; the news is a
signal of its own, ``orders_recorded``, that stands for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backoffice.kernel.history.bulk import bulk_insert, bulk_update
from backoffice.kernel.history.context import current_audit
from orders.events import orders_recorded
from orders.models import Order, OrderLine, OrderNote, Return, ReturnLine, ReturnReason
from orders.services.fulfilment import fulfilment_refresh
from orders.services.numbers import numbers_take
from orders.services.reference import RETURN_REASONS
from orders.states import ReturnStatus

_REASON = "other"


@dataclass(frozen=True)
class PastReturn:
    """A return that was handled elsewhere.

    Attributes:
        pk: reserved key.
        order: the order, locked.
        external_reference: its number elsewhere.
        note: what was written about it.
        moment: when the goods came back.
        lines: (reserved key, line of the order, locked, pieces).
    """

    pk: int
    order: Order
    external_reference: str
    note: str
    moment: datetime
    lines: Sequence[tuple[int, OrderLine, int]]


def orders_bulk_record(
    *,
    orders: Mapping[int, Mapping[str, Any]],
    line_columns: Sequence[str],
    lines: Mapping[int, Sequence[Any]],
    notes: Mapping[int, str],
) -> list[int]:
    """Insert orders with their lines, each order with a number of its own.

    Args:
        orders: reserved key → column → value, checked and priced; all with the same columns.
        line_columns: columns of the lines.
        lines: reserved key → values in the order of the columns.
        notes: order's key → what is noted on it.

    Returns:
        The orders' keys.
    """
    if not orders:
        return []
    ids = list(orders)
    columns = list(orders[ids[0]])
    numbers = numbers_take(kind="order", count=len(ids))
    rows = ([number, *(orders[pk][name] for name in columns)] for number, pk in zip(numbers, ids, strict=True))
    bulk_insert(Order, ["number", *columns], rows, ids=ids)
    bulk_insert(OrderLine, line_columns, lines.values(), ids=list(lines))
    if notes:
        author = current_audit().user_id
        bulk_insert(OrderNote, ["order_id", "author_id", "text"], [(pk, author, text) for pk, text in notes.items()])
    orders_recorded.send(sender=Order, order_ids=ids, job_id=current_audit().job_id)
    return ids


def returns_bulk_record(*, returns: Iterable[PastReturn]) -> None:
    """Insert returns that are completed, and count their pieces on the orders' lines.

    The goods are written off: whatever became of them, today's stock does not hold them.
    """
    rows = list(returns)
    if not rows:
        return
    reason, _ = ReturnReason.objects.get_or_create(code=_REASON, defaults={"name": RETURN_REASONS[_REASON]})
    numbers = numbers_take(kind="return", count=len(rows))
    bulk_insert(
        Return,
        ["number", "order_id", "status", "reason_id", "note", "external_reference", "received_at", "completed_at"],
        [
            (
                number, row.order.pk, ReturnStatus.COMPLETED.value, reason.pk, row.note, row.external_reference,
                row.moment, row.moment,
            )
            for number, row in zip(numbers, rows, strict=True)
        ],
        ids=[row.pk for row in rows],
    )  # fmt: skip
    items = [(pk, row.pk, line, count) for row in rows for pk, line, count in row.lines]
    bulk_insert(
        ReturnLine,
        ["document_id", "order_line_id", "quantity", "restock"],
        [(document_id, line.pk, count, False) for _, document_id, line, count in items],
        ids=[pk for pk, *_ in items],
    )
    touched: dict[int, OrderLine] = {}
    for _, _, line, count in items:
        line.returned += count
        touched[line.pk] = line
    bulk_update(OrderLine, ["returned"], [(pk, line.returned) for pk, line in sorted(touched.items())])
    fulfilment_refresh(list({row.order.pk: row.order for row in rows}.values()))

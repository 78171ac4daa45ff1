"""Taking back what a job did to parcels: the stock's promises follow, all orders of the job or none.

The kernel brings back rows, the stock's own hook counters movements. What neither knows is that the
promises on stock are the sum of the allocations; this hook, which runs after the stock's, sets them
right. An order of which half came back would be worse than one that did not, so that a single order
that was touched since keeps the whole job from being undone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Max

from backoffice.kernel.history.undo import HookPlan, UndoConflict, UndoRefused
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from orders.models import Allocation, Order, OrderLine, Shipment, ShipmentLine
from products.services.stock.rows import lock_stock, write_stock

# Sorts behind the stock's hook: promises may only grow once the pieces are back on hand.
LABEL = "stock.promises"
WHAT = "promises of stock to orders"

# How each model's rows lead to their order.
_PATHS: dict[Any, str] = {
    Order: "pk",
    OrderLine: "order",
    Allocation: "line__order",
    Shipment: "order",
    ShipmentLine: "shipment__order",
}


def promises_undo_plan(job_id: int) -> HookPlan:
    """Say which promises would change, and which orders stand in the way. Reads only."""
    changes = _changes(job_id)
    conflicts = _conflicts(job_id) if changes else []
    refusal = _refusal(conflicts[0]) if conflicts else ""
    return HookPlan(WHAT, total=sum(1 for count in changes.values() if count), conflicts=conflicts, refusal=refusal)


def promises_undo_apply(job_id: int, context: JobContext) -> dict[str, Any]:
    """Change the promises on stock as the allocations that come back or go say.

    Raises:
        UndoRefused: an order was touched since, or the job was an undo itself; nothing is changed.
    """
    changes = _changes(job_id)
    if not changes:
        return {"promises": 0}
    conflicts = _conflicts(job_id)
    if conflicts:
        raise UndoRefused(_refusal(conflicts[0]))
    rows = lock_stock({pk for pk, count in changes.items() if count})
    for pk, row in rows.items():
        row.allocated += changes[pk]
        if row.allocated > row.on_hand and changes[pk] > 0 and not row.backorder:
            raise UndoRefused(f"{row}: the pieces were sold to others in the meantime.")
    write_stock(rows.values(), fields=["allocated"])
    return {"promises": len(rows)}


def _refusal(conflict: UndoConflict) -> str:
    """Say which order stands in the way, and what can be done instead."""
    if conflict.model == "job":
        return f"{conflict.name}: {conflict.reason}"
    return (
        f"{conflict.name}: {conflict.reason} These orders come back together or not at all. Of an order that has left, "
        "take the goods back with “Return …” on its page; one of which nothing has left is taken back with “Cancel”."
    )


def _changes(job_id: int) -> dict[int, int]:
    """Return per stock by how many pieces its promises would grow (or shrink) if the job were undone."""
    history = Allocation.history.model.objects
    written = history.filter(history_job=job_id).order_by("history_id")
    first: dict[int, Any] = {}
    for row in written:
        first.setdefault(row.id, row)
    if not first:
        return {}
    now = dict(Allocation.objects.filter(pk__in=first).values_list("pk", "quantity"))
    before: dict[int, int] = dict.fromkeys(first, 0)
    for row in history.filter(id__in=first).order_by("history_id"):
        if row.history_id < first[row.id].history_id:
            before[row.id] = 0 if row.history_type == "-" else row.quantity
    changes: dict[int, int] = defaultdict(int)
    for pk, row in first.items():
        changes[row.stock_id] += before[pk] - now.get(pk, 0)
    return changes


def _conflicts(job_id: int) -> list[UndoConflict]:
    if Job.objects.filter(pk=job_id, undoes__isnull=False).exists():
        reason = "It took back another job. Ship or cancel the orders anew instead."
        return [UndoConflict("job", job_id, f"Job {job_id}", reason)]
    touched: set[int] = set()
    for model, path in _PATHS.items():
        history = model.history.model.objects
        mine = history.filter(history_job=job_id).order_by().values("id").annotate(last=Max("history_id"))
        last = {row["id"]: row["last"] for row in mine}
        newest = history.filter(id__in=last).order_by().values("id").annotate(last=Max("history_id"))
        later = [row["id"] for row in newest if row["last"] > last[row["id"]]]
        touched |= set(model.objects.filter(pk__in=later).values_list(path, flat=True))
    orders = Order.objects.filter(pk__in=touched).order_by("pk")
    return [UndoConflict("order", order.pk, str(order), "It went on since.") for order in orders]

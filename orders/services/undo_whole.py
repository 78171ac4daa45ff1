"""What an undo keeps of the orders that a job took in: one that is in use by now stays whole.

The kernel deletes row by row what nobody touched. An order without some of its lines would be
worse than one that stays, so that whatever happens to an order, its lines, notes and returns keeps
all of them. A return of an order that was here before cannot stay in part either: where the order
went on since, the job is not undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from backoffice.kernel.history.context import audit_or_none
from backoffice.kernel.history.timeline.sources import history_manager, is_tracked
from backoffice.kernel.history.undo import HookPlan, UndoConflict, UndoRefused, register_undo_hook, register_undo_keeper
from backoffice.kernel.history.undo.fates import fates
from backoffice.kernel.history.undo.tables import Table, references_to
from backoffice.kernel.history.undo.tables import rows as rows_of_query
from backoffice.kernel.jobs.context import JobContext
from orders.models import Order, OrderLine, OrderNote, Return, ReturnLine

_WHAT = "returns of orders that were here before"
_CHANGED = "an order that was changed since"
# How the rows of an order lead to it.
_PATHS: dict[Any, str] = {
    OrderLine: "order_id",
    OrderNote: "order_id",
    Return: "order_id",
    ReturnLine: "document__order_id",
}


def register_order_undo() -> None:
    """Declare what keeps orders whole; call from ``AppConfig.ready``."""
    for model in _PATHS:
        register_undo_keeper(model._meta.label, _keeper(model))
    register_undo_hook("orders.returns", returns_undo_plan, returns_undo_apply)


def _keeper(model: Any) -> Any:
    def kept(keys: Sequence[Any]) -> dict[Any, str]:
        rows = dict(model._base_manager.filter(pk__among=list(keys)).values_list("pk", _PATHS[model]))
        makers, made_by = _makers(Order, set(rows.values())), _makers(model, rows)
        # A return of an order that was here before is not this one's to keep: the hook judges it.
        together = {pk: order_id for pk, order_id in rows.items() if made_by.get(pk) == makers.get(order_id)}
        used = orders_in_use(set(together.values()), makers)
        return {pk: used[order_id] for pk, order_id in together.items() if order_id in used}

    return kept


def orders_in_use(order_ids: Collection[int], makers: dict[int, int | None]) -> dict[int, str]:
    """Return the orders that were changed since they were made, or that others refer to, with what that is.

    Args:
        order_ids: orders that jobs made.
        makers: order → job that made it.
    """
    lines = dict(OrderLine.objects.filter(order_id__among=list(order_ids)).values_list("pk", "order_id"))
    used: dict[int, str] = {}
    for model, owners in ((Order, {pk: pk for pk in order_ids}), (OrderLine, lines)):
        for pk in _touched(model, owners, makers):
            used.setdefault(owners[pk], _CHANGED)
        for key in references_to(model):
            if key.model is OrderLine:
                continue
            rows = key.model._base_manager.filter(**{f"{key.attname}__among": list(owners)})
            named = {pk: owners[row] for pk, row in rows.values_list("pk", key.attname)}
            made_by = _makers(key.model, named) if is_tracked(key.model) else {}
            for pk, order_id in named.items():
                if made_by.get(pk) is None or made_by[pk] != makers.get(order_id):
                    used.setdefault(order_id, str(key.model._meta.verbose_name_plural))
    return used


def _makers(model: Any, ids: Iterable[int]) -> dict[int, int | None]:
    """Return row → job that made it."""
    rows = history_manager(model).filter(id__among=list(ids), history_type="+").order_by("history_id")
    return dict(rows.values_list("id", "history_job_id"))


def _touched(model: Any, owners: dict[int, int], makers: dict[int, int | None]) -> set[int]:
    """Return the rows that somebody has changed since the job that made their order."""
    context = audit_or_none()
    undoing = (context.job_id if context is not None else None) or 0
    by_job: dict[int, list[int]] = defaultdict(list)
    for pk, order_id in owners.items():
        job_id = makers.get(order_id)
        if job_id is not None:
            by_job[job_id].append(pk)
    found: set[int] = set()
    for job_id, ids in by_job.items():
        query, params = fates(Table(model), job_id, undoing, sorted(ids))
        found |= {row[0] for row in rows_of_query(query, params) if row[4] == "touched"}
    return found


def returns_undo_plan(job_id: int) -> HookPlan:
    """Say which orders stand in the way of taking returns back. Reads only."""
    return HookPlan(_WHAT, conflicts=_conflicts(job_id))


def returns_undo_apply(job_id: int, context: JobContext) -> dict[str, Any]:
    """Refuse to take back a job whose returns belong to orders that went on since.

    Raises:
        UndoRefused: there are such orders; nothing is changed.
    """
    conflicts = _conflicts(job_id)
    if conflicts:
        raise UndoRefused(f"{conflicts[0].name}: {conflicts[0].reason} Returns come off an order whole or not at all.")
    return {}


def _conflicts(job_id: int) -> list[UndoConflict]:
    """Return the orders of earlier jobs that got a return from this one and were touched since."""
    made = history_manager(Return).filter(history_job=job_id, history_type="+").values_list("order_id", flat=True)
    order_ids = set(made)
    if not order_ids:
        return []
    own = set(history_manager(Order).filter(history_job=job_id, history_type="+").values_list("id", flat=True))
    older: dict[int, int | None] = dict.fromkeys(order_ids - own, job_id)
    lines = dict(OrderLine.objects.filter(order_id__among=list(older)).values_list("pk", "order_id"))
    touched: set[int] = set()
    for model, owners in ((Order, {pk: pk for pk in older}), (OrderLine, lines)):
        touched |= {owners[pk] for pk in _touched(model, owners, older)}
    orders = Order.objects.filter(pk__among=sorted(touched)).order_by("pk")
    return [UndoConflict("order", order.pk, str(order), "It went on since.") for order in orders]

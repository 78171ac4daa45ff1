"""Taking back what a job did to stock, by counter-movements.

Stock that the job made and that nobody has used since goes altogether, with the movements that told
of it alone; its history stays. What was sold or promised in the meantime cannot be taken back and
is named, and so is stock that was counted or set in the meantime: what was said of it then would not
be true any more. Promises to orders are not touched: who undoes them releases them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from backoffice.kernel import clock
from backoffice.kernel.history.bulk import bulk_delete, bulk_load, bulk_update, id_condition
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.history.undo import HookPlan, UndoConflict
from backoffice.kernel.jobs.context import JobContext
from products.events import stock_changed
from products.models import MovementReason, Stock, StockMovement
from products.services.stock.fates import Fate, MovedStock, judge, lowest, made_any, moved_rows, stated_any

# Rows of stock that are locked, judged and written together.
CHUNK = 5_000
LABEL = "products.StockMovement"
# The columns of stock that movements and promises set right.
COLUMNS: dict[str, tuple[str, ...]] = {"products.Stock": ("on_hand", "allocated")}
WHAT = "counter-movements of stock"
# Of the rows that stay, so many are named; all are counted.
MOST_NAMED = 500


def stock_undo_plan(job_id: int) -> HookPlan:
    """Say which movements of a job would be countered and which cannot be. Reads only."""
    total, staying = 0, 0
    conflicts: list[UndoConflict] = []
    kept: set[int] = set()
    moved = _moved(job_id)
    made, stated = bool(moved) and made_any(job_id), bool(moved) and stated_any(job_id)
    for pks in _chunks(moved):
        fate = judge(moved_rows(pks), job_id, made=made, stated=stated)
        total += sum(fate.movements.get(row.pk, 0) for row in (*fate.back, *fate.gone))
        staying += len(fate.short) + len(fate.stated)
        conflicts += _conflicts(fate, MOST_NAMED - len(conflicts))
        kept.update(row.pk for row in (*fate.back, *fate.short, *fate.stated))
    return HookPlan(WHAT, total=total, conflicts=conflicts, conflict_total=staying, kept={"products.stock": kept})


def stock_undo_apply(job_id: int, context: JobContext) -> dict[str, Any]:
    """Counter the movements of a job, or take them along with the stock that it made.

    Movements that are countered already are left alone, so that a second call does nothing.
    """
    countered, removed, staying = 0, 0, 0
    conflicts: list[UndoConflict] = []
    moved = _moved(job_id)
    made, stated = bool(moved) and made_any(job_id), bool(moved) and stated_any(job_id)
    for pks in _chunks(moved):
        fate = judge(moved_rows(pks, lock=True), job_id, made=made, stated=stated)
        countered += _counter(job_id, fate)
        removed += _remove(fate.gone)
        staying += len(fate.short) + len(fate.stated)
        conflicts += _conflicts(fate, MOST_NAMED - len(conflicts))
        context.raise_if_cancelled()
    return {"countered": countered, "removed": removed, "conflicts": staying, "conflict_list": conflicts}


def stock_rows_remade(pks: Sequence[int]) -> None:
    """Enter the movements of stock that came back because the undo that removed it was undone.

    Args:
        pks: primary keys of rows that were written; those whose books are right are left alone.
    """
    user_id, job_id = current_audit().answerable()
    moved = Coalesce(Sum("movements__quantity"), 0)
    gaps = Stock.objects.filter(pk__in=pks).annotate(gap=F("on_hand") - moved).exclude(gap=0).order_by("pk")
    rows = [(pk, gap, MovementReason.UNDO, user_id, job_id) for pk, gap in gaps.values_list("pk", "gap")]
    if rows:
        bulk_load(StockMovement, ["stock", "quantity", "reason", "user", "job"], rows)
        stock_changed.send(sender=Stock, stock_ids=[row[0] for row in rows], job_id=job_id)


def _moved(job_id: int) -> array[int]:
    """Return the keys of the stock that a job moved and that is not countered yet, ascending.

    Read at once, eight bytes each: looked for chunk by chunk, all of the job's would be sorted for each.
    """
    moved = StockMovement.objects.filter(job=job_id, undone_by__isnull=True).order_by("stock_id")
    return array("q", moved.values_list("stock_id", flat=True).distinct().iterator())


def _chunks(keys: array[int]) -> Iterator[array[int]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def _counter(job_id: int, fate: Fate) -> int:
    """Enter a counter-movement for each open movement of the job, in the database alone."""
    if not fate.back:
        return 0
    user_id, undo_id = current_audit().answerable()
    moment = StockMovement._meta.get_field("created_at").get_db_prep_save(clock.now(), connection)
    table = connection.ops.quote_name(StockMovement._meta.db_table)
    condition, params = id_condition(connection, "m.stock_id", [row.pk for row in fate.back])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (stock_id, quantity, reason, reference, note, user_id, job_id, created_at, "  # noqa: S608 - names only
            f"effective_at, undoes_id) SELECT m.stock_id, -m.quantity, %s, %s, '', %s, %s, %s, m.effective_at, m.id "
            f"FROM {table} m WHERE +m.job_id = %s AND {condition} "
            f"AND NOT EXISTS (SELECT 1 FROM {table} u WHERE u.undoes_id = m.id) ORDER BY m.id",
            [MovementReason.UNDO.value, f"job {job_id}", user_id, undo_id, moment, job_id, *params],
        )
        countered = int(cursor.rowcount)
    changed = [(row.pk, row.on_hand - net) for row in fate.back if (net := fate.net.get(row.pk, 0))]
    bulk_update(Stock, ["on_hand"], changed)
    stock_changed.send(sender=Stock, stock_ids=[pk for pk, _ in changed], job_id=undo_id)
    return countered


def _remove(rows: list[MovedStock]) -> int:
    """Delete stock and then, as the database allows once the stock is gone, what told of it."""
    pks = [row.pk for row in rows]
    bulk_delete(Stock, pks)
    table = connection.ops.quote_name(StockMovement._meta.db_table)
    condition, params = id_condition(connection, "stock_id", pks)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {condition}", params)  # noqa: S608 - names only
        return int(cursor.rowcount)


def _conflicts(fate: Fate, room: int) -> list[UndoConflict]:
    """Name stock whose movements cannot be countered, so many rows at most."""
    stated, short = list(fate.stated)[: max(room, 0)], fate.short[: max(room - len(fate.stated), 0)]
    pks = [row.pk for row in (*stated, *short)]
    if not pks:
        return []
    names = {row.pk: str(row) for row in Stock.objects.select_related("variant", "location").filter(pk__among=pks)}
    said = StockMovement.objects.select_related("user").in_bulk([fate.stated[row] for row in stated])
    return [_restated(row.pk, names[row.pk], said[fate.stated[row]]) for row in stated] + [
        UndoConflict(
            "stock",
            row.pk,
            names[row.pk],
            f"{fate.net[row.pk]} pieces came in and only {row.on_hand - lowest(row)} are free: "
            "the others were sold or promised.",
        )
        for row in short
    ]


def _restated(pk: int, name: str, said: StockMovement) -> UndoConflict:
    how = "Counted since" if said.reason == MovementReason.COUNT else "Set by an upload since"
    who = str(said.user) if said.user is not None else (f"job {said.job_id}" if said.job_id else "")
    return UndoConflict("stock", pk, name, f"{how}: that figure holds.", who, said.effective_at)

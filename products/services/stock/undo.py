"""Taking back what a job did to stock, by counter-movements.

Stock that the job made and that nobody has used since goes altogether, with the movements that told
of it alone; its history stays. What was sold or promised in the meantime cannot be taken back and
is named. Promises to orders are not touched: who undoes them releases them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Model, Sum
from django.db.models.functions import Coalesce

from backoffice.kernel import clock
from backoffice.kernel.history.bulk import bulk_delete, bulk_load, bulk_update, id_condition
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.history.undo import HookPlan, UndoConflict
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.lookups import raw_rows
from products.events import stock_changed
from products.models import MovementReason, Stock, StockMovement

# Rows of stock that are locked, judged and written together.
CHUNK = 5_000
LABEL = "products.StockMovement"
# The columns of stock that movements and promises set right.
COLUMNS: dict[str, tuple[str, ...]] = {"products.Stock": ("on_hand", "allocated")}
WHAT = "counter-movements of stock"


class _Row(NamedTuple):
    """What has to be known of a row of stock; building whole objects would take longer than all the rest."""

    pk: int
    on_hand: int
    allocated: int
    backorder: bool


@dataclass(frozen=True, slots=True)
class _Fate:
    """What would become of the stock that a job moved.

    Attributes:
        gone: rows that the job made and nobody used: they and their movements go.
        back: rows whose movements are countered.
        short: rows that hold too little by now.
        net: per row, the pieces that the job moved and that are not countered yet.
    """

    gone: list[_Row]
    back: list[_Row]
    short: list[_Row]
    net: dict[int, int]


def stock_undo_plan(job_id: int) -> HookPlan:
    """Say which movements of a job would be countered and which cannot be. Reads only."""
    total = 0
    conflicts: list[UndoConflict] = []
    kept: set[int] = set()
    moved = _moved(job_id)
    made = _made_any(job_id) if moved else False
    for pks in _chunks(moved):
        fate = _judge(_rows(pks), job_id, made=made)
        total += _open_movements(job_id, [*fate.back, *fate.gone]).count()
        conflicts += _conflicts(fate)
        kept.update(row.pk for row in (*fate.back, *fate.short))
    return HookPlan(WHAT, total=total, conflicts=conflicts, kept={"products.stock": kept})


def stock_undo_apply(job_id: int, context: JobContext) -> dict[str, Any]:
    """Counter the movements of a job, or take them along with the stock that it made.

    Movements that are countered already are left alone, so that a second call does nothing.
    """
    countered, removed = 0, 0
    conflicts: list[UndoConflict] = []
    moved = _moved(job_id)
    made = _made_any(job_id) if moved else False
    for pks in _chunks(moved):
        fate = _judge(_rows(pks, lock=True), job_id, made=made)
        countered += _counter(job_id, fate)
        removed += _remove(fate.gone)
        conflicts += _conflicts(fate)
        context.raise_if_cancelled()
    return {"countered": countered, "removed": removed, "conflicts": len(conflicts), "conflict_list": conflicts}


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


def _made_any(job_id: int) -> bool:
    """Say whether a job made stock; most only move it, and need not be asked for each row."""
    return bool(Stock.history.filter(history_job=job_id, history_type="+").exists())


def _rows(pks: Sequence[int] | array[int], *, lock: bool = False) -> list[_Row]:
    """Return rows of stock as they are, locked in the order of their keys where asked to."""
    rows = Stock.objects.filter(pk__among=pks).order_by("pk")
    if lock:
        rows = rows.select_for_update(no_key=True)
    return [_Row(*row) for row in raw_rows(rows.values_list("pk", "on_hand", "allocated", "backorder"))]


def _judge(rows: Sequence[_Row], job_id: int, *, made: bool) -> _Fate:
    pks = [row.pk for row in rows]
    net = _open_quantities(pks, job_id)
    own = _made_and_unused(pks, job_id) if made else set()
    fate = _Fate(gone=[], back=[], short=[], net=net)
    for row in rows:
        if row.pk in own and row.allocated == 0:
            fate.gone.append(row)
        elif net.get(row.pk, 0) > 0 and row.on_hand - net[row.pk] < _lowest(row):
            fate.short.append(row)
        else:
            fate.back.append(row)
    return fate


def _open_quantities(pks: Sequence[int], job_id: int) -> dict[int, int]:
    """Return, per row of stock, the pieces that a job moved and that are not countered yet."""
    if not pks:
        return {}
    table = connection.ops.quote_name(StockMovement._meta.db_table)
    condition, params = id_condition(connection, "m.stock_id", pks)
    with connection.cursor() as cursor:
        # The plus keeps the index on the job out of it, which would be read as a whole for each of the chunks.
        cursor.execute(
            f"SELECT m.stock_id, SUM(m.quantity) FROM {table} m WHERE {condition} AND +m.job_id = %s "  # noqa: S608 - names only
            f"AND NOT EXISTS (SELECT 1 FROM {table} u WHERE u.undoes_id = m.id) GROUP BY m.stock_id",
            [*params, job_id],
        )
        return {row[0]: int(row[1]) for row in cursor.fetchall()}


def _lowest(row: _Row) -> int:
    """Return how far the stock on hand may fall, as ``rows.lowest_on_hand``."""
    return 0 if row.backorder else row.allocated


def _made_and_unused(pks: list[int], job_id: int) -> set[int]:
    """Return the stock that a job made, that is as the job left it, and that nothing else refers to.

    What another job did to it and was taken back since does not count as use, nor do the movements
    that told of it: so two jobs can be undone one after the other, the later one first.
    """
    history = Stock.history.model.objects.filter(id__among=pks)
    made = set(history.filter(history_type="+", history_job=job_id).values_list("id", flat=True))
    if not made:
        return made
    # Rows that name no job are among those that do not name this one.
    written = sorted(set(history.exclude(history_job=job_id).values_list("id", flat=True)))
    touched = _not_as_left(written, job_id) if written else set()
    moved = StockMovement.objects.filter(stock__among=pks, undoes__isnull=True, undone_by__isnull=True)
    touched |= set(moved.exclude(job=job_id).values_list("stock", flat=True))
    for model, name in _referring():
        touched |= set(model._default_manager.filter(**{f"{name}__among": pks}).values_list(name, flat=True))
    return made - touched


def _not_as_left(pks: list[int], job_id: int) -> set[int]:
    """Return the stock whose values are not those that a job left."""
    columns = ("variant_id", "location_id", "on_hand", "allocated", "reorder_point", "backorder")
    own = Stock.history.model.objects.filter(id__among=pks, history_job=job_id).order_by("history_id")
    left = {row[0]: row for row in own.values_list("id", *columns)}
    return {
        row[0] for row in Stock.objects.filter(pk__among=pks).values_list("pk", *columns) if row != left.get(row[0])
    }


def _referring() -> Iterator[tuple[type[Model], str]]:
    """Yield the models of the apps above that refer to stock, with the name of their foreign key."""
    for relation in Stock._meta.related_objects:
        if relation.related_model is not StockMovement and getattr(relation.field, "db_constraint", False):
            yield relation.related_model, relation.field.name


def _open_movements(job_id: int, rows: Iterable[_Row]) -> Any:
    return StockMovement.objects.filter(job=job_id, undone_by__isnull=True, stock__among=[row.pk for row in rows])


def _counter(job_id: int, fate: _Fate) -> int:
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


def _remove(rows: list[_Row]) -> int:
    """Delete stock and then, as the database allows once the stock is gone, what told of it."""
    pks = [row.pk for row in rows]
    bulk_delete(Stock, pks)
    table = connection.ops.quote_name(StockMovement._meta.db_table)
    condition, params = id_condition(connection, "stock_id", pks)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {condition}", params)  # noqa: S608 - names only
        return int(cursor.rowcount)


def _conflicts(fate: _Fate) -> list[UndoConflict]:
    """Name the stock whose movements cannot be countered."""
    names = {
        row.pk: str(row)
        for row in Stock.objects.select_related("variant", "location").filter(pk__among=[row.pk for row in fate.short])
    }
    reason = "{net} pieces came in and only {free} are free: the others were sold or promised."
    return [
        UndoConflict(
            "stock", row.pk, names[row.pk], reason.format(net=fate.net[row.pk], free=row.on_hand - _lowest(row))
        )
        for row in fate.short
    ]

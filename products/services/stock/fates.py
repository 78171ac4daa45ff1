"""What would become of the stock that a job moved, were its movements taken back."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Min, Model

from backoffice.kernel.history.bulk import id_condition
from backoffice.kernel.lookups import raw_rows
from backoffice.kernel.transfers.models import Upload
from products.models import MovementReason, Stock, StockMovement

# Movements that come of somebody saying how much there is, and not of pieces coming or going.
_STATEMENTS = (MovementReason.COUNT.value, MovementReason.UPLOAD.value)


class MovedStock(NamedTuple):
    """What has to be known of a row of stock; building whole objects would take longer than all the rest."""

    pk: int
    on_hand: int
    allocated: int
    backorder: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """What would become of the stock that a job moved.

    Attributes:
        gone: rows that the job made and nobody used: they and their movements go.
        back: rows whose movements are countered.
        short: rows that hold too little by now.
        stated: rows of which somebody has said since how much there is (counted, or set by an upload), with that
            movement's key: taking pieces off it would make it untrue.
        net: per row, the pieces that the job moved and that are not countered yet.
        movements: per row, how many movements those are.
    """

    gone: list[MovedStock]
    back: list[MovedStock]
    short: list[MovedStock]
    stated: dict[MovedStock, int]
    net: dict[int, int]
    movements: dict[int, int]


def moved_rows(pks: Sequence[int] | array[int], *, lock: bool = False) -> list[MovedStock]:
    """Return rows of stock as they are, locked in the order of their keys where asked to."""
    rows = Stock.objects.filter(pk__among=pks).order_by("pk")
    if lock:
        rows = rows.select_for_update(no_key=True)
    return [MovedStock(*row) for row in raw_rows(rows.values_list("pk", "on_hand", "allocated", "backorder"))]


def made_any(job_id: int) -> bool:
    """Say whether a job made stock; most only move it, and need not be asked for each row."""
    return bool(Stock.history.filter(history_job=job_id, history_type="+").exists())


def stated_any(job_id: int) -> bool:
    """Say whether anybody has counted or set any stock since a job moved some; most rows need not be asked for."""
    # Adding nothing to the key keeps PostgreSQL from walking it from the first movement of all.
    first = StockMovement.objects.filter(job=job_id).aggregate(first=Min(F("pk") + 0))["first"]
    later = StockMovement.objects.filter(pk__gt=first or 0, reason__in=_STATEMENTS).exclude(job=job_id)
    return first is not None and later.exists()


def judge(rows: Sequence[MovedStock], job_id: int, *, made: bool, stated: bool) -> Fate:
    """Sort rows of stock by what would become of them.

    Args:
        rows: rows that the job moved.
        job_id: the job that would be undone.
        made: whether it made stock at all; without, nobody is asked which.
        stated: whether any stock was counted or set since; likewise.
    """
    pks = [row.pk for row in rows]
    moved = _open_movements(pks, job_id)
    net = {pk: pieces for pk, pieces, _ in moved}
    own = _made_and_unused(pks, job_id) if made else set()
    later = _stated_later(pks, job_id) if stated else {}
    fate = Fate(gone=[], back=[], short=[], stated={}, net=net, movements={pk: count for pk, _, count in moved})
    for row in rows:
        if row.pk in own and row.allocated == 0:
            fate.gone.append(row)
        elif row.pk in later:
            fate.stated[row] = later[row.pk]
        elif net.get(row.pk, 0) > 0 and row.on_hand - net[row.pk] < lowest(row):
            fate.short.append(row)
        else:
            fate.back.append(row)
    return fate


def _open_movements(pks: Sequence[int], job_id: int) -> list[tuple[int, int, int]]:
    """Return (stock, pieces, movements) of what a job moved and is not countered yet."""
    if not pks:
        return []
    table = connection.ops.quote_name(StockMovement._meta.db_table)
    condition, params = id_condition(connection, "m.stock_id", pks)
    with connection.cursor() as cursor:
        # The plus keeps the index on the job out of it, which would be read as a whole for each of the chunks.
        cursor.execute(
            f"SELECT m.stock_id, SUM(m.quantity), COUNT(*) FROM {table} m WHERE {condition} AND +m.job_id = %s "  # noqa: S608 - names only
            f"AND NOT EXISTS (SELECT 1 FROM {table} u WHERE u.undoes_id = m.id) GROUP BY m.stock_id",
            [*params, job_id],
        )
        return [(pk, int(pieces), count) for pk, pieces, count in cursor.fetchall()]


def _stated_later(pks: Sequence[int], job_id: int) -> dict[int, int]:
    """Return, per row of stock, the last movement that says how much there was at a moment after the job's last one.

    What was taken back since says nothing any more, nor does a count of an earlier moment that was entered late.
    """
    if not pks:
        return {}
    table = connection.ops.quote_name(StockMovement._meta.db_table)
    condition, params = id_condition(connection, "m.stock_id", pks)
    marks = ", ".join(["%s"] * len(_STATEMENTS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.stock_id, l.job_id, MAX(l.id) FROM (SELECT m.stock_id, MAX(m.id) AS last, "  # noqa: S608 - names only
            f"MAX(m.effective_at) AS at FROM {table} m WHERE {condition} AND +m.job_id = %s GROUP BY m.stock_id) o "
            f"JOIN {table} l ON l.stock_id = o.stock_id AND l.id > o.last AND l.effective_at >= o.at "
            f"WHERE l.reason IN ({marks}) AND NOT EXISTS (SELECT 1 FROM {table} u WHERE u.undoes_id = l.id) "
            f"GROUP BY l.stock_id, l.job_id",
            [*params, job_id, *_STATEMENTS],
        )
        found = cursor.fetchall()
    adding = _adding({job for _, job, _ in found if job is not None})
    later: dict[int, int] = {}
    for pk, job, movement in found:
        if job not in adding:
            later[pk] = max(movement, later.get(pk, 0))
    return later


def _adding(job_ids: set[int]) -> set[int]:
    """Return those of some jobs that applied an upload whose quantities were added: these state nothing."""
    if not job_ids:
        return set()
    uploads = Upload.objects.filter(apply_job__in=job_ids, kind="stock", options__choices__quantities="add")
    return set(uploads.values_list("apply_job_id", flat=True))


def lowest(row: MovedStock) -> int:
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

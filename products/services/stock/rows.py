"""Finding, making, locking and writing rows of stock."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from backoffice.kernel.history.bulk import bulk_update
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.lookups import raw_rows
from products.events import stock_changed
from products.exceptions import InsufficientStock, Shortage
from products.models import Stock

# So many rows are saved one by one; more are written as a set, which costs a few statements more to begin with.
FEW = 10

# A place where a variant lies: (variant id, location id).
Place = tuple[int, int]


class StockNow(NamedTuple):
    """What has to be known of a row of stock where thousands are looked at; objects would take too long.

    Attributes:
        pk: primary key.
        on_hand: pieces that lie there.
        allocated: pieces that are promised.
        backorder: whether more may be promised than lies there.
        reorder_point: pieces at which it counts as low.
    """

    pk: int
    on_hand: int
    allocated: int
    backorder: bool
    reorder_point: int


NO_STOCK = StockNow(pk=0, on_hand=0, allocated=0, backorder=False, reorder_point=0)


def stock_now(*, places: Collection[Place], lock: bool = False) -> dict[Place, StockNow]:
    """Return the stock of places by one query; places that have none are left out.

    Args:
        places: where to look.
        lock: lock the rows of these variants at these locations, in the order of their primary keys.
    """
    wanted = set(places)
    if not wanted:
        return {}
    rows = Stock.objects.filter(
        variant_id__among=sorted({variant_id for variant_id, _ in wanted}),
        location_id__among=sorted({location_id for _, location_id in wanted}),
    ).order_by("pk")
    if lock:
        rows = rows.select_for_update(no_key=True)
    columns = ("variant_id", "location_id", "pk", "on_hand", "allocated", "backorder", "reorder_point")
    return {
        (row[0], row[1]): StockNow(row[2], row[3], row[4], bool(row[5]), row[6])
        for row in raw_rows(rows.values_list(*columns))
        if (row[0], row[1]) in wanted
    }


def lock_stock(pks: Collection[int]) -> dict[int, Stock]:
    """Lock rows of stock in the order of their primary keys and return them as they are now.

    ``FOR NO KEY UPDATE`` lets others go on inserting rows that refer to this stock.

    Raises:
        Stock.DoesNotExist: one of the rows does not exist.
    """
    rows = Stock.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk")
    found = {row.pk: row for row in rows}
    missing = set(pks) - set(found)
    if missing:
        raise Stock.DoesNotExist(f"There is no stock {sorted(missing)}.")
    return found


def lock_places(places: Collection[Place]) -> dict[Place, Stock]:
    """Lock the stock of places, making the rows that do not exist yet."""
    variant_ids = {variant_id for variant_id, _ in places}
    location_ids = {location_id for _, location_id in places}
    known = {
        (variant_id, location_id): pk
        for pk, variant_id, location_id in Stock.objects.filter(
            variant_id__in=variant_ids, location_id__in=location_ids
        ).values_list("pk", "variant_id", "location_id")
    }
    for place in sorted(set(places) - set(known)):
        known[place] = Stock.objects.get_or_create(variant_id=place[0], location_id=place[1])[0].pk
    locked = lock_stock({known[place] for place in places})
    return {place: locked[known[place]] for place in places}


def lock_variants(variant_ids: Collection[int]) -> list[Stock]:
    """Lock all stock of variants at active locations; return it by the locations' priority.

    The rows that can give nothing are locked too: they may by the time that the lock is had.
    """
    rows = (
        Stock.objects.select_for_update(of=("self",), no_key=True)
        .select_related("location")
        .filter(variant_id__in=variant_ids, location__is_active=True)
        .order_by("pk")
    )
    return sorted(rows, key=lambda row: (row.location.priority, row.location.code))


def write_stock(rows: Iterable[Stock], *, fields: Collection[str]) -> None:
    """Save changed rows with their history and tell the apps above, once.

    Args:
        rows: locked rows with their new values.
        fields: the columns that changed.
    """
    changed = sorted(rows, key=lambda row: row.pk)
    if len(changed) > FEW:
        bulk_update(Stock, list(fields), [(row.pk, *(getattr(row, name) for name in fields)) for row in changed])
    else:
        for row in changed:
            row.save(update_fields=[*fields, "updated_at"])
    if changed:
        stock_changed.send(sender=Stock, stock_ids=[row.pk for row in changed], job_id=current_audit().job_id)


def refuse_shortages(wanted: dict[int, tuple[int, int]]) -> None:
    """Refuse for want of stock, naming SKUs and places; do nothing where ``wanted`` is empty.

    Args:
        wanted: per primary key of stock, (pieces wanted, pieces available).

    Raises:
        InsufficientStock: one shortage per entry.
    """
    if not wanted:
        return
    rows = Stock.objects.filter(pk__in=wanted).select_related("variant", "location").order_by("pk")
    raise InsufficientStock(
        [
            Shortage(
                variant_id=row.variant_id,
                sku=row.variant.sku,
                location=row.location.name,
                wanted=wanted[row.pk][0],
                available=max(0, wanted[row.pk][1]),
            )
            for row in rows
        ]
    )


def lowest_on_hand(row: Stock | StockNow) -> int:
    """Return how far the stock on hand may fall: to what is promised, or to nothing where overselling is allowed."""
    return 0 if row.backorder else row.allocated

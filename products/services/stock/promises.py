"""Stock is promised to orders, set free again, and shipped.

This is the stock's half. Which order line holds which promise is the business of the app above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from backoffice.kernel.shop.selectors import shop_settings
from products.exceptions import InsufficientStock, Shortage, StockRefused
from products.models import MovementReason, Stock, StockMovement, Variant
from products.services.stock.movements import StockMove, record_movements
from products.services.stock.rows import lock_stock, lock_variants, refuse_shortages, write_stock


@dataclass(frozen=True, slots=True)
class StockDemand:
    """Pieces of a variant that somebody wants.

    Attributes:
        key: the caller's own mark, for example the primary key of an order line.
        variant_id: primary key of the variant.
        quantity: pieces, at least one.
    """

    key: int
    variant_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class StockShare:
    """Pieces at one place that meet (a part of) a demand.

    Attributes:
        key: the mark of the demand.
        stock_id: primary key of the stock.
        quantity: pieces, at least one.
    """

    key: int
    stock_id: int
    quantity: int


def stock_allocate(
    *, demands: Sequence[StockDemand], partial: bool = False, locked: Sequence[Stock] | None = None
) -> list[StockShare]:
    """Promise stock: each demand is met from active locations in the order of their priority.

    Never promises more than is on hand, unless the stock is marked as oversellable and the shop's
    settings allow backorders; the excess then goes to the first such location.

    Args:
        demands: who wants how much of what.
        partial: promise what there is instead of refusing.
        locked: what ``lock_variants`` returned for these variants in this transaction; locked here where None.

    Returns:
        Per demand, in their order, the places and pieces that were promised.

    Raises:
        InsufficientStock: not partial, and something falls short; nothing was promised.
        StockRefused: a demand of less than one piece.
    """
    if any(demand.quantity < 1 for demand in demands):
        raise StockRefused("At least one piece must be wanted.", field="quantity")
    with transaction.atomic():
        by_variant: dict[int, list[Stock]] = defaultdict(list)
        rows = lock_variants({demand.variant_id for demand in demands}) if locked is None else locked
        for row in rows:
            by_variant[row.variant_id].append(row)
        before = {row.pk: row.allocated for row in rows}
        shares: list[StockShare] = []
        missing: dict[int, int] = defaultdict(int)
        for demand in demands:
            rest = _take(demand, by_variant[demand.variant_id], shares)
            if rest:
                missing[demand.variant_id] += rest
        if missing and not partial:
            raise InsufficientStock(_shortages(demands, missing))
        write_stock(
            [row for row in rows if row.allocated != before[row.pk]],
            fields=["allocated"],
        )
        return shares


def stock_release(*, shares: Sequence[tuple[int, int]]) -> None:
    """Set promised pieces free again.

    Args:
        shares: (primary key of stock, pieces).

    Raises:
        StockRefused: fewer pieces are promised; nothing was changed.
    """
    with transaction.atomic():
        rows, totals = _locked_with_totals(shares)
        _unpromise(rows, totals)
        write_stock(rows.values(), fields=["allocated"])


def stock_ship(*, shares: Sequence[tuple[int, int]], reference: str, note: str = "") -> list[StockMovement]:
    """Let promised pieces leave: the promise and the stock on hand fall together.

    Args:
        shares: (primary key of stock, pieces).
        reference: the shipment's number.
        note: further words.

    Returns:
        One movement per stock, by its primary key.

    Raises:
        InsufficientStock: promised in advance (backorder), but not on hand.
        StockRefused: fewer pieces are promised.
    """
    return stock_ship_parcels(parcels={reference: shares}, note=note)


def stock_ship_parcels(*, parcels: Mapping[str, Sequence[tuple[int, int]]], note: str = "") -> list[StockMovement]:
    """Let promised pieces of many parcels leave: each row of stock is locked and written once.

    Args:
        parcels: a shipment's number → (primary key of stock, pieces).
        note: further words, for all of them.

    Returns:
        Parcel by parcel, one movement per stock, by its primary key.

    Raises:
        InsufficientStock, StockRefused: as for ``stock_ship``; nothing has left.
    """
    with transaction.atomic():
        rows, totals = _locked_with_totals([share for shares in parcels.values() for share in shares])
        _unpromise(rows, totals)
        refuse_shortages({pk: (totals[pk], row.on_hand) for pk, row in rows.items() if row.on_hand < totals[pk]})
        for pk, row in rows.items():
            row.on_hand -= totals[pk]
        write_stock(rows.values(), fields=["on_hand", "allocated"])
        leaving = [
            (rows[pk], StockMove(rows[pk].variant_id, rows[pk].location_id, -quantity, reference=reference))
            for reference, shares in parcels.items()
            for pk, quantity in sorted(_added_up(shares).items())
        ]
        return record_movements(leaving, reason=MovementReason.SHIPMENT, reference="", note=note)


def _take(demand: StockDemand, rows: list[Stock], shares: list[StockShare]) -> int:
    """Promise pieces of the rows to a demand, in memory; return how many it lacks."""
    rest = demand.quantity
    taken: dict[int, int] = defaultdict(int)
    for row in rows:
        share = min(rest, max(0, row.available))
        row.allocated += share
        taken[row.pk] += share
        rest -= share
    oversold = next((row for row in rows if row.backorder), None) if rest else None
    if oversold is not None and shop_settings().allow_backorder:
        oversold.allocated += rest
        taken[oversold.pk] += rest
        rest = 0
    shares.extend(StockShare(key=demand.key, stock_id=pk, quantity=share) for pk, share in taken.items() if share)
    return rest


def _shortages(demands: Sequence[StockDemand], missing: dict[int, int]) -> list[Shortage]:
    wanted: dict[int, int] = defaultdict(int)
    for demand in demands:
        wanted[demand.variant_id] += demand.quantity
    skus = dict(Variant.objects.filter(pk__in=missing).values_list("pk", "sku"))
    return [
        Shortage(
            variant_id=pk,
            sku=skus.get(pk, f"variant {pk}"),
            location="",
            wanted=wanted[pk],
            available=wanted[pk] - rest,
        )
        for pk, rest in missing.items()
    ]


def _locked_with_totals(shares: Sequence[tuple[int, int]]) -> tuple[dict[int, Stock], dict[int, int]]:
    if any(quantity < 1 for _, quantity in shares):
        raise StockRefused("At least one piece must be named.", field="quantity")
    totals = _added_up(shares)
    return lock_stock(totals.keys()), totals


def _added_up(shares: Sequence[tuple[int, int]]) -> dict[int, int]:
    totals: dict[int, int] = defaultdict(int)
    for pk, quantity in shares:
        totals[pk] += quantity
    return totals


def _unpromise(rows: dict[int, Stock], totals: dict[int, int]) -> None:
    for pk, row in rows.items():
        if row.allocated < totals[pk]:
            raise StockRefused(f"{row}: {row.allocated} promised, {totals[pk]} cannot be taken back.")
        row.allocated -= totals[pk]

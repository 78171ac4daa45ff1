"""What people should look at twice before they apply a plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from backoffice.kernel.transfers.service import Run
from products.states import ProductStatus
from products.transfers.existing import ExistingVariant
from products.transfers.planning.work import Work

_MEASURE_PRICE = "price_change_percent"
_MEASURE_STOCK = "stock_value"


def watch(work: Work, diffs: dict[int, dict[str, list[Any]]]) -> None:
    """Tally the changes that are seldom meant, and measure what the approval thresholds look at."""
    run = work.run
    live = set(work.live)
    for place, diff in diffs.items():
        variant = work.variants[place]
        if place not in live or variant is None:
            continue
        if "price" in diff:
            watch_price(work.run, variant.sku, diff["price"])
        if "stock" in diff:
            watch_stock(work, variant, diff["stock"])
    for group in work.groups:
        status = group.diff.get("status")
        if status and status[1] == ProductStatus.ARCHIVED:
            run.warn("product is archived.", "products are archived.", examples=[group.handle])


def watch_price(run: Run, sku: str, change: list[Any]) -> None:
    """Tally a price that moves far.

    Args:
        run: for whom and how.
        sku: of the variant.
        change: old and new price, as digits.
    """
    old, new = Decimal(change[0]), Decimal(change[1])
    if new == 0 < old:
        run.warn("price falls to zero.", "prices fall to zero.", examples=[sku])
    elif new * 2 < old:
        run.warn("price falls by more than half.", "prices fall by more than half.", examples=[sku])
    elif old and new > old * 2:
        run.warn("price more than doubles.", "prices more than double.", examples=[sku])
    if run.settings.approval_price_change_percent:
        run.highest(_MEASURE_PRICE, abs(new - old) / old * 100 if old else Decimal(100))


def watch_stock(work: Work, variant: ExistingVariant, change: list[Any]) -> None:
    """Tally stock that goes to zero, and what the moved pieces are worth at cost, else at price.

    Args:
        work: the chunk.
        variant: whose stock it is.
        change: old and new pieces on hand.
    """
    if change[1] == 0:
        work.run.warn("SKU goes to zero.", "SKUs go to zero.", examples=[variant.sku])
    if work.run.settings.approval_stock_value:
        read = work.catalogue.variant_value
        value = Decimal(read(variant, "cost") or read(variant, "price") or 0)
        work.run.add(_MEASURE_STOCK, abs(change[1] - change[0]) * value)

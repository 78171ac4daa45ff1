"""Rows that speak of variants which must exist already."""

from __future__ import annotations

from backoffice.kernel.transfers.service import Staged, error_row, skipped_row
from backoffice.kernel.transfers.table import Batch
from products.transfers.planning.work import Work


def find_known(work: Work) -> None:
    """Find the variants of the live rows by SKU. What belongs to another seller reads like what does not exist."""
    batch, seller_id = work.batch, work.run.seller_id
    skus = batch.column("sku")
    found = work.catalogue.variants_by_sku({skus[place] for place in work.live if skus[place] is not None})
    work.variants = [None] * len(batch)
    for place in work.live:
        variant = found.get(skus[place])
        if skus[place] is None:
            batch.refuse(place, "sku", None, "The row names no SKU.")
        elif variant is None or (seller_id is not None and variant.product.seller_id != seller_id):
            batch.refuse(place, "sku", skus[place], f"There is no SKU “{skus[place]}”.")
        else:
            work.variants[place] = variant
    work.keep_sound()


def left_out(work: Work, place: int) -> Staged:
    """Return the plan of a row that is skipped or wrong, under its SKU."""
    sku = work.batch.column("sku")[place]
    return left_out_row(work.batch, place, sku if isinstance(sku, str) else "")


def left_out_row(batch: Batch, place: int, key: str) -> Staged:
    """Return the plan of a row that is skipped or wrong, under any key."""
    number = batch.numbers[place]
    if place in batch.skipped:
        return skipped_row(number, batch.skipped[place], key)
    return error_row(number, batch.errors[place], key)

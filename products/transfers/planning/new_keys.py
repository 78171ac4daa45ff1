"""Handles and SKUs for rows that bring none."""

from __future__ import annotations

from django.utils.text import slugify

from backoffice.kernel.transfers.table import Batch
from products.models import Variant
from products.transfers.planning.work import Work

_HANDLE: int = 200
_SKU: int = 100


def made_handle(batch: Batch, place: int) -> str:
    """Return the handle of a new product that has none: its name, made unique by its SKU.

    The SKU is part of it at all times, so that two products of one name, however far apart in the
    file, never become one.
    """
    name, sku = batch.column("name")[place], batch.column("sku")[place]
    parts = (slugify(text or "", allow_unicode=True) for text in (name, sku))
    return "-".join(part[: _HANDLE // 2 - 1] for part in parts if part) or f"product-row-{batch.numbers[place]}"


def make_skus(work: Work, places: list[int]) -> dict[int, str]:
    """Return SKUs for new variants that have none: handle and option values, told apart where that is taken.

    Args:
        work: the chunk.
        places: rows of new variants without SKU.
    """
    if not places:
        return {}
    wanted: dict[int, str] = {}
    taken = {sku for sku in work.batch.column("sku") if sku is not None}
    for place in places:
        group = work.group_of[place]
        if group is not None:
            values = [value for _, value in work.options.get(place, [])]
            wanted[place] = slugify("-".join([group.handle, *values]), allow_unicode=True).upper()[: _SKU - 20]
    used = set(Variant.objects.filter(sku__among=sorted(set(wanted.values()))).values_list("sku", flat=True))
    made: dict[int, str] = {}
    for place, base in wanted.items():
        sku = base or f"ROW-{work.batch.numbers[place]}"
        if sku in used or sku in taken:
            # The reserved row number tells it apart within the upload, the upload's number from others.
            sku = f"{sku}-{work.run.upload_id}-{work.batch.numbers[place]}"
        taken.add(sku)
        made[place] = sku
    return made

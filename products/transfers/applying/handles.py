"""Handles that changed products are to get, held against those that others have by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from products.models import Product

HANDLE_TAKEN = "Another product has the handle “{handle}” by now."


def taken_handles(diffs: Mapping[int, tuple[int, dict[str, list[Any]]]]) -> dict[int, str]:
    """Return why some of the changes cannot be: each seller has a handle once.

    A handle that another product of the same chunk gives up counts as taken: the plan has refused that.

    Args:
        diffs: product's key → (row number, field → [old, new]).

    Returns:
        Row number → reason.
    """
    wanted = {pk: (number, diff["handle"][1]) for pk, (number, diff) in diffs.items() if "handle" in diff}
    if not wanted:
        return {}
    sellers = dict(Product.objects.filter(pk__among=sorted(wanted)).values_list("pk", "seller_id"))
    rows = Product.objects.order_by().filter(handle__among=sorted({handle for _, handle in wanted.values()}))
    owners = {(seller_id, handle): pk for seller_id, handle, pk in rows.values_list("seller_id", "handle", "pk")}
    refused: dict[int, str] = {}
    for pk, (number, handle) in wanted.items():
        # The first to take a free handle has it; whoever is gone is found elsewhere.
        if pk in sellers and owners.setdefault((sellers[pk], handle), pk) != pk:
            refused[number] = HANDLE_TAKEN.format(handle=handle)
    return refused

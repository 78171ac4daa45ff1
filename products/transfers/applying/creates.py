"""Writing the new rows of a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from backoffice.kernel.history.bulk.columns import concrete_field
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.transfers.service import ApplyConflict, ApplyOutcome, PlannedChange, Run
from products.models import Product, Variant
from products.services.bulk_catalogue import options_bulk_create, products_bulk_create, variants_bulk_create
from products.services.bulk_stock import stock_bulk_open
from products.transfers.applying.keys import Keys, product_columns, variant_columns
from products.transfers.columns import OPTION_PAIRS, PRODUCT_COLUMNS, VARIANT_COLUMNS

VARIANT = 0
_SKU_TAKEN = "A variant with this SKU was made since the preview."
_HANDLE_TAKEN = "A product with this handle was made since the preview."
_PRODUCT_GONE = "The product was deleted since the preview."


def write_new(changes: Sequence[PlannedChange], run: Run, keys: Keys) -> tuple[ApplyOutcome, list[int], list[int]]:
    """Insert products, variants, option values and opening stock.

    Returns:
        What became of the rows, and the keys of the products that were made or joined and of the variants.
    """
    if not changes:
        return ApplyOutcome(), [], []
    conflicts: dict[int, str] = {}
    fresh = [change for change in changes if "new" in change.payload]
    moved = _taken_handles(fresh, keys, conflicts)
    variants = [change for change in changes if change.target == VARIANT]
    _check_variants(variants, fresh, moved, conflicts)
    product_ids = _insert_products([change for change in fresh if change.payload["product"] not in moved], keys)
    sound = [change for change in variants if change.number not in conflicts]
    variant_ids = _insert_variants(sound, moved)
    _insert_details(sound, f"upload {run.upload_id}")
    joined = {
        change.number: moved[change.object_id]
        for change in fresh
        if change.target != VARIANT and change.object_id in moved and change.number not in conflicts
    }
    refused = [ApplyConflict(number, reason) for number, reason in conflicts.items()]
    # A product that was there before changes too when a variant joins it.
    of_variants = {moved.get(change.payload["product"], change.payload["product"]) for change in sound}
    return ApplyOutcome(refused, joined), list({*product_ids, *of_variants}), variant_ids


def _taken_handles(fresh: Sequence[PlannedChange], keys: Keys, conflicts: dict[int, str]) -> dict[int, int]:
    """Find new products whose handle is there by now.

    An earlier chunk of the same upload may have made it (rows of one product far apart in the
    file): then its variants join that product. Otherwise somebody else did: a conflict.

    Returns:
        Reserved key → key of the product to join; -1 where nothing can be joined.
    """
    wanted = {(keys.stored("seller", change.diff["seller"]), change.diff["handle"]): change for change in fresh}
    rows = Product.objects.order_by().filter(handle__among=sorted({handle for _, handle in wanted}))
    found = rows.values_list("seller_id", "handle", "pk")
    there = {(seller_id, handle): pk for seller_id, handle, pk in found if (seller_id, handle) in wanted}
    if not there:
        return {}
    job_id = current_audit().job_id
    own = set(
        Product.history.filter(id__in=list(there.values()), history_type="+", history_job_id=job_id).values_list(
            "id", flat=True
        )
    )
    moved: dict[int, int] = {}
    for key, pk in there.items():
        change = wanted[key]
        moved[change.payload["product"]] = pk if pk in own else -1
        if pk not in own:
            conflicts[change.number] = _HANDLE_TAKEN
    return moved


def _check_variants(
    variants: Sequence[PlannedChange],
    fresh: Sequence[PlannedChange],
    moved: dict[int, int],
    conflicts: dict[int, str],
) -> None:
    """Find new variants whose SKU is there by now, or whose product is not any more."""
    skus = [change.diff["sku"] for change in variants]
    taken = set(Variant.objects.order_by().filter(sku__among=skus).values_list("sku", flat=True)) if skus else set()
    made = {change.payload["product"] for change in fresh}
    needed = {change.payload["product"] for change in variants} - made
    there = set(Product.objects.filter(pk__among=sorted(needed)).values_list("pk", flat=True)) if needed else set()
    for change in variants:
        product_id = change.payload["product"]
        if change.diff["sku"] in taken:
            conflicts.setdefault(change.number, _SKU_TAKEN)
        elif moved.get(product_id) == -1:
            conflicts.setdefault(change.number, _HANDLE_TAKEN)
        elif product_id not in made and product_id not in there:
            conflicts.setdefault(change.number, _PRODUCT_GONE)


def _insert_products(fresh: Sequence[PlannedChange], keys: Keys) -> list[int]:
    if not fresh:
        return []
    fields = product_columns([change.diff for change in fresh])
    defaults = _defaults(Product, fields, PRODUCT_COLUMNS)
    rows = [
        [keys.stored(name, change.diff[name]) if name in change.diff else defaults[name] for name in fields]
        for change in fresh
    ]
    ids = [change.payload["product"] for change in fresh]
    return products_bulk_create(ids=ids, columns=[PRODUCT_COLUMNS[name] for name in fields], rows=rows)


def _insert_variants(variants: Sequence[PlannedChange], moved: dict[int, int]) -> list[int]:
    if not variants:
        return []
    fields = variant_columns([change.diff for change in variants])
    defaults = _defaults(Variant, fields, VARIANT_COLUMNS)
    rows: list[list[Any]] = []
    for change in variants:
        product_id = change.payload["product"]
        diff = change.diff
        rows.append([moved.get(product_id, product_id), *(diff.get(name, defaults[name]) for name in fields)])
    columns = ["product_id", *(VARIANT_COLUMNS[name] for name in fields)]
    return variants_bulk_create(ids=[change.object_id for change in variants], columns=columns, rows=rows)


def _insert_details(variants: Sequence[PlannedChange], reference: str) -> None:
    options = {
        change.object_id: [
            (change.diff[name], change.diff[value]) for name, value in OPTION_PAIRS if value in change.diff
        ]
        for change in variants
        if OPTION_PAIRS[0][1] in change.diff
    }
    if options:
        options_bulk_create(options=options)
    openings = [
        (change.object_id, change.payload["location"], change.diff["stock"])
        for change in variants
        if change.diff.get("stock")
    ]
    stock_bulk_open(openings=openings, reference=reference)


def _defaults(model: type[models.Model], fields: Sequence[str], columns: dict[str, str]) -> dict[str, Any]:
    """Return what a row gets in a column of the file that it leaves blank."""
    return {name: concrete_field(model, columns[name]).get_default() for name in fields}

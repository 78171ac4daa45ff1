"""From a chunk of rows to its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from backoffice.kernel.history.bulk import reserve_ids
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import Run, Staged, as_json, skipped_row
from backoffice.kernel.transfers.table import Batch
from products.models import Product, Variant
from products.transfers.existing import Catalogue
from products.transfers.planning.cells import check_cells
from products.transfers.planning.guardrails import watch
from products.transfers.planning.keys import resolve_keys
from products.transfers.planning.known import left_out
from products.transfers.planning.new_keys import make_skus
from products.transfers.planning.products import gather_products, tell_categories, tell_sellers
from products.transfers.planning.variants import (
    check_new_variant,
    location_finder,
    new_variant,
    read_present,
    variant_diffs,
)
from products.transfers.planning.work import Group, Work
from products.transfers.references import References

if TYPE_CHECKING:
    from products.transfers.pictures.planning import PicturePlanner

VARIANT, PRODUCT = 0, 1
_CREATE, _UPDATE, _UNCHANGED = RowAction.CREATE.value, RowAction.UPDATE.value, RowAction.UNCHANGED.value


def plan_products(
    batch: Batch, run: Run, references: References, catalogue: Catalogue, pictures: PicturePlanner
) -> list[Staged]:
    """Plan a chunk.

    Args:
        batch: the rows as values.
        run: for whom and how.
        references: names and keys; kept from chunk to chunk.
        catalogue: reads what is there.
        pictures: plans the pictures that rows name.
    """
    catalogue.forget()
    work = Work(batch, run, references, catalogue)
    check_cells(work)
    resolve_keys(work)
    gather_products(work)
    pictures.plan(work)
    read_present(work)
    _refuse_same_variant(work)
    diffs = variant_diffs(work)
    fresh = _new_variants(work)
    work.keep_sound()
    tell_categories(work)
    tell_sellers(work)
    ids = _reserve(work, fresh)
    planned: list[Staged | None] = [None] * len(batch)
    for place in work.live:
        planned[place] = _planned(work, place, diffs.get(place), fresh.get(place), ids.get(place, 0))
    pictures.attach(work, planned, ids)
    watch(work, diffs)
    return [row or left_out(work, place) for place, row in enumerate(planned)]


def _refuse_same_variant(work: Work) -> None:
    """Refuse a second row without a SKU that speaks of a variant which another row has already."""
    seen: dict[Any, int] = {}
    skus = work.batch.column("sku")
    for place in work.live:
        group = work.group_of[place]
        if place not in work.own_rows or group is None:
            continue
        variant = work.variants[place]
        options = tuple(value.casefold() for _, value in work.options.get(place, []))
        key = variant.pk if variant else (id(group), options) if skus[place] is None else ("", skus[place])
        first = seen.setdefault(key, place)
        if first != place:
            message = f"Row {work.batch.numbers[first]} describes the same variant."
            work.batch.refuse(place, "sku", skus[place], message)
    work.keep_sound()


def _new_variants(work: Work) -> dict[int, dict[str, Any]]:
    """Return, per place of a new variant, its values; those that cannot be made are refused."""
    places = [place for place in work.live if place in work.own_rows and work.variants[place] is None]
    skus = work.batch.column("sku")
    made = make_skus(work, [place for place in places if skus[place] is None])
    fresh: dict[int, dict[str, Any]] = {}
    for place in places:
        diff = new_variant(work, place)
        if place in made:
            diff["sku"] = made[place]
        check_new_variant(work, place, diff)
        fresh[place] = diff
    return fresh


def _reserve(work: Work, fresh: dict[int, dict[str, Any]]) -> dict[int, int]:
    """Reserve the keys of new rows, so that applying the plan need not write them back to it.

    Returns:
        Place → key of its new variant. Keys of new products are put on their groups.
    """
    if work.run.mode == "update":
        return {}
    live = set(work.live)
    places = [place for place in fresh if place in live]
    new_groups = [group for group in work.groups if group.product is None and not live.isdisjoint(group.places)]
    with transaction.atomic():
        for group, pk in zip(new_groups, reserve_ids(Product, len(new_groups)), strict=True):
            group.product_id = pk
        return dict(zip(places, reserve_ids(Variant, len(places)), strict=True))


def _planned(work: Work, place: int, diff: dict[str, Any] | None, fresh: dict[str, Any] | None, new_id: int) -> Staged:
    """Return the plan of a sound row."""
    group = work.group_of[place]
    if group is None:
        return skipped_row(work.batch.numbers[place], "Nothing in this row is loaded.")
    number = work.batch.numbers[place]
    carries = place == work.carrier_of(group)
    variant = work.variants[place]
    mode = work.run.mode
    if diff is None and fresh is None and group.product is not None and not group.diff and mode != "create":
        # By far the most rows of a file that is uploaded again.
        key, pk = (variant.sku, variant.pk) if variant else (group.handle, group.product.pk)
        return Staged(number, _UNCHANGED, key, VARIANT if variant else PRODUCT, pk)
    if fresh is not None or (group.product is None and place not in work.own_rows):
        if mode == "update":
            return skipped_row(number, "This is new, and the upload only updates.", _key(work, place, group))
        return _created(work, place, group, fresh, new_id, carries=carries)
    changes = {**(group.diff if carries else {}), **(diff or {})}
    key = variant.sku if variant else group.handle
    target, object_id = (VARIANT, variant.pk) if variant else (PRODUCT, group.product.pk if group.product else 0)
    if mode == "create":
        return skipped_row(number, "This exists, and the upload only creates.", key)
    if not changes:
        return Staged(number, _UNCHANGED, key, target, object_id)
    payload = _payload(work, place, group, changes)
    return Staged(number, _UPDATE, key, target, object_id, as_json(payload), as_json(changes))


def _created(
    work: Work, place: int, group: Group, fresh: dict[str, Any] | None, new_id: int, *, carries: bool
) -> Staged:
    """Return the plan of a row that makes a variant, a product, or both."""
    number = work.batch.numbers[place]
    makes_product = group.product is None and carries
    values = {**(group.values if makes_product else {}), **(fresh or {})}
    product_id = group.product.pk if group.product else group.product_id
    payload: dict[str, Any] = {"product": product_id}
    if makes_product:
        payload["new"] = 1
    elif carries and work.run.mode != "create" and group.diff:
        payload["changes"] = group.diff
        values |= {name: change[1] for name, change in group.diff.items()}
    if fresh is None:
        return Staged(number, _CREATE, group.handle, PRODUCT, product_id, as_json(payload), as_json(values))
    if "stock" in fresh:
        payload["location"] = location_finder(work)(place)
    return Staged(number, _CREATE, fresh["sku"], VARIANT, new_id, as_json(payload), as_json(values))


def _payload(work: Work, place: int, group: Group, changes: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = {"product": group.product.pk if group.product else 0}
    if "stock" in changes:
        payload["location"] = location_finder(work)(place)
    if any(value in changes for value in ("option1_value", "option2_value", "option3_value")):
        payload["options"] = work.options[place]
    return payload


def _key(work: Work, place: int, group: Group) -> str:
    sku = work.batch.column("sku")[place]
    return sku if isinstance(sku, str) else group.handle

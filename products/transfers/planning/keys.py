"""Which variant and which product each row of a chunk speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from backoffice.kernel.transfers.table import CLEAR, Batch
from products.transfers.columns import OPTION_PAIRS, VARIANT_COLUMNS
from products.transfers.existing import ExistingProduct, ExistingVariant
from products.transfers.planning.new_keys import made_handle
from products.transfers.planning.work import Group, Work

UNUSABLE_SKU = "This SKU cannot be used."


def resolve_keys(work: Work) -> None:
    """Find variants by SKU, products by handle, and put the rows of a product together."""
    _mark_own_rows(work)
    _find_by_sku(work)
    work.keep_sound()
    refuse_double_skus(work)
    work.keep_sound()
    _form_groups(work)
    _find_without_sku(work)
    work.keep_sound()


def _mark_own_rows(work: Work) -> None:
    """Tell rows that describe a variant from those that describe a product only."""
    batch = work.batch
    speaking = [*VARIANT_COLUMNS, "stock", *(value for _, value in OPTION_PAIRS)]
    columns = [batch.values[name] for name in speaking if name in batch.values]
    work.own_rows = {
        place for place, row in enumerate(zip(*columns, strict=True)) if any(cell is not None for cell in row)
    } - batch.parents


def _find_by_sku(work: Work) -> None:
    skus = work.batch.column("sku")
    wanted = {skus[place] for place in work.live if place in work.own_rows and skus[place] is not None}
    found = work.catalogue.variants_by_sku(wanted) if wanted else {}
    work.variants = [None] * len(work.batch)
    seller_id = work.run.seller_id
    for place in work.live:
        variant = found.get(skus[place]) if place in work.own_rows else None
        if variant is None:
            continue
        if seller_id is not None and variant.product.seller_id != seller_id:
            work.batch.refuse(place, "sku", skus[place], UNUSABLE_SKU)
        else:
            work.variants[place] = variant


def refuse_double_skus(work: Work) -> None:
    """Refuse each of several rows with one SKU, naming the others: which of them is right, nobody can tell."""
    skus, skipped = work.batch.column("sku"), work.batch.skipped
    keys = {
        place: skus[place]
        for place in range(len(work.batch))
        if skus[place] is not None and place in work.own_rows and place not in skipped
    }
    for place, others in doubles(work.batch, keys):
        work.batch.refuse(place, "sku", skus[place], double_message(skus[place], others))


def doubles(batch: Batch, keys: Mapping[int, Any]) -> Iterator[tuple[int, list[str]]]:
    """Yield each place whose key others have too, with the row numbers of those.

    Args:
        batch: the rows.
        keys: place → what may stand in one row only.
    """
    if len(set(keys.values())) == len(keys):
        return
    rows: dict[Any, list[int]] = defaultdict(list)
    for place, key in keys.items():
        rows[key].append(place)
    for places in rows.values():
        for place in places if len(places) > 1 else ():
            yield place, [str(batch.numbers[other]) for other in places if other != place]


def double_message(sku: str, others: list[str]) -> str:
    """Say that a SKU is in other rows too."""
    return f"The SKU “{sku}” is also in {rows_named(others)}."


def rows_named(numbers: list[str]) -> str:
    """Return some rows as people name them: “row 3”, “rows 3, 4 and more”."""
    shown = ", ".join(numbers[:5]) + (" and more" if len(numbers) > 5 else "")
    return f"row {shown}" if len(numbers) == 1 else f"rows {shown}"


def _form_groups(work: Work) -> None:
    """Put rows of one product together: by its variant's product, else by handle, else each for itself."""
    batch = work.batch
    given, sellers = batch.column("handle"), batch.column("seller")
    for place in sorted(batch.errors):
        if is_given(given[place]):
            work.wrong_rows.setdefault(given[place], place)
    handles = _handles(work, given)
    by_handle = _products_by_handle(work, handles)
    default_id, _ = work.references.default_seller()
    # By handle, which the rows of one product share; a row without one is a product of its own.
    seller_of: dict[Any, int | None] = {}
    for place in work.live:
        if is_given(sellers[place]):
            shared = handles[place] if handles[place] is not None else ("", place)
            seller_of.setdefault(shared, work.references.seller(sellers[place])[0])
    known: dict[Any, Group] = {}
    work.group_of = [None] * len(batch)
    for place in work.live:
        handle = handles[place]
        variant = work.variants[place]
        named = by_handle.get(handle, []) if handle is not None else []
        if variant is not None and not named:
            product: ExistingProduct | None = variant.product
        elif named or handle is not None:
            product = _choose(work, place, variant, named, seller_of.get(handle))
            if place in batch.errors:
                continue
        else:
            product = None
        shared = handle if handle is not None else ("", place)
        seller_id = product.seller_id if product else seller_of.get(shared, default_id)
        key = product.pk if product else (seller_id, handle) if handle is not None else ("", place)
        group = known.get(key)
        if group is None:
            own = handle if handle is not None else product.handle if product else made_handle(batch, place)
            group = known[key] = Group(product, own, seller_id)
            work.groups.append(group)
        group.places.append(place)
        work.group_of[place] = group


def _handles(work: Work, given: Sequence[Any]) -> Sequence[Any]:
    """Return each row's handle; that of a row without one and without a SKU is what it was given when it was new.

    Such a row comes from a file that names its products only, and is uploaded again.
    """
    batch = work.batch
    skus, names = batch.column("sku"), batch.column("name")
    made = {
        place: made_handle(batch, place)
        for place in work.live
        if given[place] is None and skus[place] is None and isinstance(names[place], str)
    }
    if not made:
        return given
    found = work.catalogue.products_by_handle(set(made.values()), work.run.seller_id)
    default_id, _ = work.references.default_seller()
    sellers = batch.column("seller")
    own = {
        place: handle
        for place, handle in made.items()
        if (work.references.seller(sellers[place])[0] if is_given(sellers[place]) else default_id, handle) in found
    }
    return [own.get(place, handle) for place, handle in enumerate(given)]


def _products_by_handle(work: Work, handles: Iterable[Any]) -> dict[str, list[ExistingProduct]]:
    """Return the products, by handle, of the rows that do not merely repeat their variant's."""
    wanted = set()
    for place, handle in enumerate(handles):
        variant = work.variants[place]
        if handle is not None and (variant is None or variant.product.handle != handle):
            wanted.add(handle)
    found: dict[str, list[ExistingProduct]] = defaultdict(list)
    if wanted:
        for product in work.catalogue.products_by_handle(wanted, work.run.seller_id).values():
            found[product.handle].append(product)
    return found


def _choose(
    work: Work,
    place: int,
    variant: ExistingVariant | None,
    named: list[ExistingProduct],
    seller_id: int | None,
) -> ExistingProduct | None:
    """Return the existing product of a row, or None for a new one; refuse contradictions."""
    batch = work.batch
    handle = batch.column("handle")[place]
    if variant is not None:
        others = [product for product in named if product.pk != variant.product.pk]
        if others and others[0].seller_id == variant.product.seller_id:
            message = f"This SKU belongs to the product “{variant.product.handle}”, not to “{handle}”."
            batch.refuse(place, "handle", handle, message)
        return variant.product
    if seller_id is not None:
        return next((product for product in named if product.seller_id == seller_id), None)
    if len(named) > 1:
        default_id, _ = work.references.default_seller()
        own = [product for product in named if product.seller_id == default_id]
        if not own:
            batch.refuse(place, "handle", handle, "Several sellers have a product of this handle. Name the seller.")
            return None
        named = own
    return named[0] if named else None


def _find_without_sku(work: Work) -> None:
    """Find the variants of rows without a SKU by product and option values."""
    skus = work.batch.column("sku")
    blank = [place for place in work.live if skus[place] is None and place in work.own_rows]
    wanted = {group.product.pk for place in blank if (group := work.group_of[place]) and group.product}
    variants = work.catalogue.variants_of(wanted) if wanted else {}
    for place in blank:
        group = work.group_of[place]
        if group is None or group.product is None:
            continue
        options = work.options.get(place, [])
        title = " / ".join(value for _, value in options)
        candidates = variants.get(group.product.pk, [])
        same = [one for one in candidates if one.title.casefold() == title.casefold()]
        if not same and not options and len(candidates) == 1:
            same = candidates
        if len(same) == 1:
            work.variants[place] = same[0]
        elif len(same) > 1:
            work.batch.refuse(place, "sku", None, "Several variants fit this row. Give the SKU.")


def is_given(value: Any) -> bool:
    """Say whether a cell gives a value: neither blank nor the clearing token."""
    return value is not None and value is not CLEAR

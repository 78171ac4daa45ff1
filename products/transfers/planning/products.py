"""What a chunk's rows say about their products, and whether it may be."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.transfers.table import CLEAR
from products.states import PRODUCT_MACHINE, ProductStatus
from products.transfers.columns import EMPTY, PRODUCT_COLUMNS
from products.transfers.existing import ExistingProduct
from products.transfers.planning.sameness import same_text
from products.transfers.planning.work import Group, Work

_BY_MOVE = {(source, item.target): item for item in PRODUCT_MACHINE.transitions for source in item.sources}


def gather_products(work: Work) -> None:
    """Collect the product's values from its rows, and check them."""
    columns = [(name, work.batch.values[name]) for name in PRODUCT_COLUMNS if name in work.batch.values]
    comparable = [name for name, _ in columns] == work.catalogue.product_fields
    rows = list(zip(*(column for _, column in columns), strict=True)) if columns else [()] * len(work.batch)
    wrong, numbers = work.batch.errors, work.batch.numbers
    for group in work.groups:
        product = group.product
        if product is not None and comparable and all(rows[place] == product.row for place in group.places):
            # Every row says of the product what it is: nothing to collect, nothing to check.
            group.carrier = group.places[0]
            continue
        _gather(work, group, columns)
        if product is None:
            _check_new(work, group)
            group.failed = group.failed or (numbers[group.carrier] if group.carrier in wrong else 0)
        else:
            _check_seller(work, group, product)
            _check_status(work, group, product)
            group.diff = _diff(work, group, product)
    _refuse_shared_handles(work)
    _fail_with_product(work)
    work.keep_sound()


def tell_categories(work: Work) -> None:
    """Say which categories will be made: those of sound rows only."""
    column = work.batch.values.get("category")
    if column is None:
        return
    only_known = work.run.mode == "update"
    for path in dict.fromkeys(column[place] for place in work.live if not only_known or _is_known(work, place)):
        if isinstance(path, str):
            work.references.tell_category(path)


def _is_known(work: Work, place: int) -> bool:
    group = work.group_of[place]
    return group is not None and group.product is not None


def tell_sellers(work: Work) -> None:
    """Say whose the new products are that name no seller; of those that will be made, so once all rows are judged."""
    if work.run.mode == "update" or work.run.seller_id is not None or "seller" in work.batch.values:
        return
    live = set(work.live)
    for group in work.groups:
        if group.product is None and not live.isdisjoint(group.places):
            code = group.values["seller"]
            work.run.warn(
                f"new product names no seller and goes to “{code}”.", f"new products name no seller and go to “{code}”."
            )


def _gather(work: Work, group: Group, columns: list[tuple[str, list[Any]]]) -> None:
    """Take each value from the first row that gives it; rows that contradict it are refused."""
    parents = work.batch.parents
    own = [place for place in group.places if place in parents or place not in work.own_rows]
    group.carrier = own[0] if own else group.places[0]
    order = [group.carrier, *(place for place in group.places if place != group.carrier)]
    for name, column in columns:
        first = -1
        for place in order:
            value = column[place]
            if value is None:
                continue
            if first < 0:
                first = place
                group.values[name] = value
            elif value != group.values[name] and name != "handle":
                message = f"Row {work.batch.numbers[first]} says something else about the same product."
                work.batch.refuse(place, name, value, message)


def _check_new(work: Work, group: Group) -> None:
    """Give a new product what it lacks, or refuse it."""
    batch, run, references = work.batch, work.run, work.references
    values = {name: value for name, value in group.values.items() if value is not CLEAR}
    if not any(place in work.own_rows or place in batch.parents for place in group.places):
        batch.refuse(group.carrier, "price", None, "A new product needs a price.")
    if "name" not in values:
        described = work.wrong_rows.get(group.handle)
        if described is not None:
            group.failed = batch.numbers[described]
        else:
            batch.refuse(group.carrier, "name", None, "A new product needs a name.")
    values["handle"] = group.handle
    seller_id = group.seller_id
    values["seller"] = references.default_seller()[1] if seller_id is None else references.seller_codes[seller_id]
    if "tax_class" not in values and references.default_tax_id is not None:
        values["tax_class"] = references.tax_codes[references.default_tax_id]
    if values.get("status", ProductStatus.DRAFT) != ProductStatus.DRAFT and not run.may("products.publish_product"):
        values["status"] = ProductStatus.DRAFT.value
        run.warn("new product stays a draft: you may not publish.", "new products stay drafts: you may not publish.")
    group.values = values


def _check_seller(work: Work, group: Group, product: ExistingProduct) -> None:
    """Refuse to give a product to another seller: orders and stock hang on it."""
    wanted = group.values.get("seller")
    if wanted is not None and wanted != work.catalogue.product_value(product, "seller"):
        _refuse_everywhere(work, group, "seller", "A product cannot be given to another seller.")


def _check_status(work: Work, group: Group, product: ExistingProduct) -> None:
    """Refuse a change of status that the product's machine does not know, or that the user may not make."""
    wanted = group.values.get("status")
    current = work.catalogue.product_value(product, "status")
    if wanted is None or wanted == current:
        return
    move = _BY_MOVE.get((current, wanted))
    if move is None:
        labels = ProductStatus(current).label.lower(), ProductStatus(wanted).label.lower()
        _refuse_everywhere(work, group, "status", f"A product that is {labels[0]} cannot become {labels[1]}.")
    elif not work.run.may(move.permission):
        _refuse_everywhere(work, group, "status", "You may not change the status of products.")


def _refuse_shared_handles(work: Work) -> None:
    """Refuse a handle that several products would get: one seller has each handle once.

    New products whose rows name the handle keep it; the others are products that are renamed to it,
    or whose handle was made of their names.
    """
    handles, numbers = work.batch.column("handle"), work.batch.numbers
    claims: dict[tuple[int | None, str], list[Group]] = {}
    for group in work.groups:
        if group.product is None or "handle" in group.diff:
            handle = group.handle if group.product is None else group.diff["handle"][1]
            claims.setdefault((group.seller_id, handle), []).append(group)
    for (_, handle), groups in claims.items():
        for group in groups if len(groups) > 1 else ():
            if group.product is None and handles[group.carrier] is not None:
                continue
            other = next(one for one in groups if one is not group)
            message = f"Row {numbers[other.carrier]} gives the handle “{handle}” to another product."
            if group.product is None:
                work.batch.refuse(group.carrier, "handle", handle, message)
                group.failed = group.failed or numbers[group.carrier]
            else:
                _refuse_everywhere(work, group, "handle", message)


def _refuse_everywhere(work: Work, group: Group, name: str, message: str) -> None:
    """Refuse a value of an existing product in each row that gives it: another row would carry it else."""
    column = work.batch.column(name)
    for place in group.places:
        if column[place] is not None:
            work.batch.refuse(place, name, column[place], message)
    group.values.pop(name, None)
    group.diff.pop(name, None)


def _fail_with_product(work: Work) -> None:
    """Refuse the other rows of a new product whose own row cannot be used."""
    for group in work.groups:
        if group.failed:
            for place in group.places:
                if place not in work.batch.errors:
                    message = f"The product cannot be made, because row {group.failed} has errors."
                    work.batch.refuse(place, "", None, message)


def _diff(work: Work, group: Group, product: ExistingProduct) -> dict[str, list[Any]]:
    """Return field → [old, new]."""
    diff: dict[str, list[Any]] = {}
    places = work.catalogue.product_places
    for name, value in group.values.items():
        new = EMPTY.get(name, "") if value is CLEAR else value
        at = places.get(name)
        old = None if at is None else product.row[at]
        if old != new and name != "seller" and not same_text(name, old, new):
            diff[name] = [old, new]
    return diff

"""What a chunk's rows say about their variants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backoffice.kernel.transfers.table import CLEAR
from products.services.stock.rows import NO_STOCK, lowest_on_hand, stock_now
from products.transfers.columns import EMPTY, OPTION_PAIRS, VARIANT_COLUMNS
from products.transfers.existing import ExistingVariant
from products.transfers.planning.sameness import same_text
from products.transfers.planning.work import Work

_TITLE: int = 255
PROMISED = "{} pieces are promised to orders; the stock cannot fall below that."


def read_present(work: Work) -> None:
    """Read what only some uploads need: option values, and stock at the rows' locations."""
    variants = [variant for place in work.live if (variant := work.variants[place]) is not None]
    if work.options and variants:
        work.catalogue.read_options(variants)
    if "stock" in work.batch.values:
        location = location_finder(work)
        places = {(variant.pk, location(place)) for place in work.live if (variant := work.variants[place]) is not None}
        work.stock = stock_now(places=[(pk, location) for pk, location in places if location is not None])


def location_finder(work: Work) -> Callable[[int], int | None]:
    """Return the function from a row's place to the location that its stock lies at."""
    default = work.references.default_location_id
    column = work.batch.values.get("location")
    if column is None:
        return lambda _: default
    return lambda place: default if column[place] is None else work.references.location(column[place])[0]


def variant_diffs(work: Work) -> dict[int, dict[str, list[Any]]]:
    """Return, per place of an existing variant, field → [old, new]; places without a change are left out."""
    diffs: dict[int, dict[str, list[Any]]] = {}
    known = [(place, variant) for place in work.live if (variant := work.variants[place]) is not None]
    columns = [(name, work.batch.values[name]) for name in VARIANT_COLUMNS if name in work.batch.values]
    if [name for name, _ in columns] == work.catalogue.variant_fields:
        # A row that says of its variant exactly what it is needs no look at the single cells.
        rows = list(zip(*(column for _, column in columns), strict=True))
        differing = [(place, variant) for place, variant in known if rows[place] != variant.row]
    else:
        differing = known
    for name, column in columns:
        if name != "sku":
            _compare(work, name, column, differing, diffs)
    for place in work.options:
        variant = work.variants[place]
        if variant is not None and place in work.own_rows and place not in work.batch.errors:
            _option_diff(work, place, variant, diffs)
    if "stock" in work.batch.values:
        _compare_stock(work, known, diffs)
    return diffs


def _compare(
    work: Work,
    name: str,
    column: list[Any],
    known: list[tuple[int, ExistingVariant]],
    diffs: dict[int, dict[str, list[Any]]],
) -> None:
    at = work.catalogue.variant_places[name]
    for place, variant in known:
        new = column[place]
        if new is None:
            continue
        if new is CLEAR:
            new = EMPTY.get(name, "")
        old = variant.row[at]
        if new != old and not same_text(name, old, new):
            diffs.setdefault(place, {})[name] = [old, new]


def _option_diff(work: Work, place: int, variant: ExistingVariant, diffs: dict[int, dict[str, list[Any]]]) -> None:
    """Compare option values; case alone is no difference, and options that the row does not name stay."""
    before = variant.options or {}
    after = dict(before)
    changes: dict[str, list[Any]] = {}
    for (_, field_name), (name, value) in zip(OPTION_PAIRS, work.options[place], strict=False):
        old = before.get(name.casefold(), (name, ""))[1]
        if old.casefold() != value.casefold():
            changes[field_name] = [old, value]
            after[name.casefold()] = (name, value)
    if not changes:
        return
    diff = diffs.setdefault(place, {})
    diff.update(changes)
    if variant.title in {"", title_of([value for _, value in before.values()])} and "variant_title" not in diff:
        diff["variant_title"] = [variant.title, title_of([value for _, value in after.values()])]


def _compare_stock(
    work: Work, known: list[tuple[int, ExistingVariant]], diffs: dict[int, dict[str, list[Any]]]
) -> None:
    wanted_column = work.batch.values["stock"]
    location = location_finder(work)
    for place, variant in known:
        wanted = wanted_column[place]
        if wanted is None:
            continue
        now = work.stock.get((variant.pk, location(place) or 0), NO_STOCK)
        if wanted == now.on_hand:
            continue
        if wanted < lowest_on_hand(now):
            work.batch.refuse(place, "stock", wanted, PROMISED.format(now.allocated))
        else:
            diffs.setdefault(place, {})["stock"] = [now.on_hand, wanted]


def new_variant(work: Work, place: int) -> dict[str, Any]:
    """Return field → value of a new variant, without those that keep their defaults."""
    values = work.batch.values
    diff: dict[str, Any] = {}
    for name in VARIANT_COLUMNS:
        if name in values:
            value = values[name][place]
            if value is not None and value is not CLEAR:
                diff[name] = value
    options = work.options.get(place)
    if options:
        for (name_field, value_field), (name, value) in zip(OPTION_PAIRS, options, strict=False):
            diff[name_field], diff[value_field] = name, value
        diff.setdefault("variant_title", title_of([value for _, value in options]))
    if "stock" in values and values["stock"][place]:
        diff["stock"] = values["stock"][place]
    return diff


def check_new_variant(work: Work, place: int, diff: dict[str, Any]) -> None:
    """Refuse a new variant that lacks what it cannot be without."""
    if "price" not in diff:
        work.batch.refuse(place, "price", None, "A new variant needs a price.")


def title_of(values: list[str]) -> str:
    """Return a variant's title: its option values."""
    return " / ".join(values)[:_TITLE]

"""Writing the changed rows of a chunk, and finding those that somebody changed since the preview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import models

from backoffice.kernel.lookups import amount_text, raw_rows
from backoffice.kernel.transfers.service import ApplyConflict, PlannedChange, Run
from products.models import Product, Stock, Variant
from products.services.bulk_catalogue import options_bulk_set, products_bulk_update, variants_bulk_update
from products.services.bulk_stock import stock_bulk_open, stock_bulk_set
from products.transfers.applying.handles import taken_handles
from products.transfers.applying.keys import Keys, product_columns, variant_columns
from products.transfers.columns import AMOUNTS, FLAGS, PRODUCT_COLUMNS, VARIANT_COLUMNS

VARIANT = 0
CHANGED = "Changed by somebody since the preview: {fields}."
GONE = "Deleted since the preview."

# Field → [old, new].
Diff = dict[str, list[Any]]


class _Part:
    """The part of some rows' changes that one table takes."""

    def __init__(self, fields: Sequence[str], columns: dict[str, str]) -> None:
        self.fields = fields
        self.columns = [columns[name] for name in fields]
        self.now: dict[int, list[Any]] = {}

    def lock_and_read(self, model: type[models.Model], ids: Iterable[int]) -> None:
        """Lock rows in key order, and read what they hold now."""
        wanted = sorted(ids)
        rows = model._default_manager.order_by("pk").filter(pk__among=wanted).values_list("pk", *self.columns)
        for row in raw_rows(rows.select_for_update(no_key=True)):
            self.now[row[0]] = [_as_planned(name, value) for name, value in zip(self.fields, row[1:], strict=True)]

    def conflict(self, pk: int, diff: Diff, keys: Keys | None) -> str:
        """Say what is wrong where a value is neither the one of the preview nor already the new one."""
        now = self.now.get(pk)
        if now is None:
            return GONE
        changed = []
        for name, value in zip(self.fields, now, strict=True):
            if name in diff and value not in (
                [keys.stored(name, entry) for entry in diff[name]] if keys else diff[name]
            ):
                changed.append(name.replace("_", " "))
        return CHANGED.format(fields=", ".join(changed)) if changed else ""


def _as_planned(field: str, value: Any) -> Any:
    if field in AMOUNTS:
        return amount_text(value, 2)
    return bool(value) if field in FLAGS else value


def write_changed(
    changes: Sequence[PlannedChange], new: Sequence[PlannedChange], run: Run, keys: Keys
) -> tuple[list[ApplyConflict], list[int], list[int]]:
    """Update products, variants, option values and stock.

    Args:
        changes: changed rows.
        new: new rows, which may carry changes of the product that they join.
        run: for whom and how.
        keys: keys of what the rows name.

    Returns:
        Conflicts, and the keys of the products and variants that changed.
    """
    product_diffs = _product_diffs([*changes, *new])
    if not changes and not product_diffs:
        return [], [], []
    variant_diffs = {change.object_id: change.diff for change in changes if change.target == VARIANT}
    products = _Part(product_columns([diff for _, diff in product_diffs.values()]), PRODUCT_COLUMNS)
    products.lock_and_read(Product, product_diffs)
    variants = _Part(variant_columns(list(variant_diffs.values())), VARIANT_COLUMNS)
    variants.lock_and_read(Variant, variant_diffs)
    stocks = _lock_stock(changes)
    conflicts: dict[int, str] = {}
    for product_id, (number, diff) in product_diffs.items():
        _note(conflicts, number, products.conflict(product_id, diff, keys))
    for change in changes:
        if change.target == VARIANT:
            _note(conflicts, change.number, variants.conflict(change.object_id, change.diff, None))
            _note(conflicts, change.number, _stock_conflict(change, stocks))
    for number, reason in taken_handles(product_diffs).items():
        _note(conflicts, number, reason)
    sound = [change for change in changes if change.number not in conflicts]
    product_ids = _write_products(product_diffs, products, conflicts, keys)
    variant_ids = _write_variants(sound, variants)
    _write_stock(sound, stocks, f"upload {run.upload_id}")
    # Stock has news of its own.
    touched = [change.payload["product"] for change in sound if change.diff.keys() - {"stock"}]
    return [ApplyConflict(*item) for item in conflicts.items()], [*product_ids, *touched], variant_ids


def _product_diffs(changes: Iterable[PlannedChange]) -> dict[int, tuple[int, Diff]]:
    """Return, per product, the row that carries its changes, and the changes."""
    found: dict[int, tuple[int, Diff]] = {}
    for change in changes:
        source = change.payload.get("changes") if change.action == "create" else change.diff
        diff = {name: source[name] for name in PRODUCT_COLUMNS if name in source} if source else {}
        if diff:
            found[change.payload["product"]] = (change.number, diff)
    return found


class _Stock(NamedTuple):
    """A locked row of stock, as it is now."""

    pk: int
    on_hand: int
    allocated: int
    backorder: bool


# (variant, location) → its stock.
_Stocks = dict[tuple[int, int], _Stock]


def _lock_stock(changes: Sequence[PlannedChange]) -> _Stocks:
    wanted = [change.object_id for change in changes if "stock" in change.diff]
    if not wanted:
        return {}
    locked = Stock.objects.order_by("pk").filter(variant_id__among=wanted).select_for_update(no_key=True)
    rows = raw_rows(locked.values_list("variant_id", "location_id", "pk", "on_hand", "allocated", "backorder"))
    return {(row[0], row[1]): _Stock(row[2], row[3], row[4], bool(row[5])) for row in rows}


def _stock_conflict(change: PlannedChange, stocks: _Stocks) -> str:
    if "stock" not in change.diff:
        return ""
    old, new = change.diff["stock"]
    row = stocks.get((change.object_id, change.payload["location"]))
    on_hand = row.on_hand if row else 0
    if on_hand not in (old, new):
        return CHANGED.format(fields=f"stock, now {on_hand}")
    if row is not None and new < row.allocated and not row.backorder:
        return f"{row.allocated} pieces are promised to orders by now."
    return ""


def _note(conflicts: dict[int, str], number: int, reason: str) -> None:
    if reason:
        conflicts.setdefault(number, reason)


def _write_products(
    diffs: dict[int, tuple[int, Diff]], part: _Part, conflicts: dict[int, str], keys: Keys
) -> list[int]:
    rows = []
    for product_id, (number, diff) in diffs.items():
        if number in conflicts:
            continue
        now = part.now[product_id]
        values = [
            keys.stored(name, diff[name][1]) if name in diff else value
            for name, value in zip(part.fields, now, strict=True)
        ]
        if values != now:
            rows.append((product_id, *values))
    products_bulk_update(columns=part.columns, rows=rows)
    return [row[0] for row in rows]


def _write_variants(changes: Sequence[PlannedChange], part: _Part) -> list[int]:
    rows = []
    options = {}
    for change in changes:
        if change.target != VARIANT:
            continue
        now = part.now[change.object_id]
        values = [
            change.diff[name][1] if name in change.diff else value for name, value in zip(part.fields, now, strict=True)
        ]
        if values != now:
            rows.append((change.object_id, *values))
        if "options" in change.payload:
            options[change.object_id] = [(name, value) for name, value in change.payload["options"]]
    variants_bulk_update(columns=part.columns, rows=rows)
    if options:
        options_bulk_set(options=options)
    return [row[0] for row in rows] + list(options)


def _write_stock(changes: Sequence[PlannedChange], stocks: _Stocks, reference: str) -> None:
    opened, changed = [], []
    for change in changes:
        if "stock" not in change.diff:
            continue
        place = (change.object_id, change.payload["location"])
        row = stocks.get(place)
        new = change.diff["stock"][1]
        if row is None:
            opened.append((*place, new))
        elif row.on_hand != new:
            changed.append((row.pk, row.on_hand, new))
    stock_bulk_open(openings=opened, reference=reference)
    stock_bulk_set(changes=changed, reference=reference)

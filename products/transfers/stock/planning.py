"""Planning a chunk of stock rows: old and new pieces on hand, and what cannot be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.timezone import is_naive, make_aware

from backoffice.kernel import clock
from backoffice.kernel.history.bulk import reserve_ids
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import Staged, as_json, skipped_row
from backoffice.kernel.transfers.table import CLEAR
from products.models import Stock
from products.services.stock.counts import Since, stock_moved_since
from products.services.stock.rows import NO_STOCK, Place, StockNow, stock_now
from products.transfers.existing import ExistingVariant
from products.transfers.planning.cells import find_names, refuse_cleared, start_live
from products.transfers.planning.guardrails import watch_stock
from products.transfers.planning.keys import doubles, rows_named
from products.transfers.planning.known import find_known, left_out
from products.transfers.planning.variants import location_finder
from products.transfers.planning.work import Work
from products.transfers.stock.terms import Terms


@dataclass(slots=True)
class Line:
    """A row that speaks of a place.

    Attributes:
        variant: whose stock it is.
        location_id: where it lies.
        now: the stock as it is; ``NO_STOCK`` where the place has none yet.
        counted_at: when it was counted; None for rows that were not.
        diff: field → [old, new].
    """

    variant: ExistingVariant
    location_id: int
    now: StockNow = NO_STOCK
    counted_at: dt.datetime | None = None
    diff: dict[str, list[int]] = field(default_factory=dict)

    @property
    def spot(self) -> Place:
        """Return the variant and the location."""
        return self.variant.pk, self.location_id


def plan_stock(work: Work, terms: Terms) -> list[Staged]:
    """Plan a chunk.

    Args:
        work: the chunk.
        terms: what its quantities mean.
    """
    refuse_cleared(work.batch, {"sku", "location", "quantity"})
    find_names(work, "location", work.references.location)
    start_live(work)
    find_known(work)
    lines = _lines(work)
    _refuse_doubles(work, lines)
    _read_moments(work, lines, terms)
    present = stock_now(places=[line.spot for line in lines.values()])
    for line in lines.values():
        line.now = present.get(line.spot, NO_STOCK)
    _compare(work, lines, terms)
    work.keep_sound()
    ids = _reserve(work, lines)
    planned: list[Staged | None] = [None] * len(work.batch)
    for place in work.live:
        planned[place] = _planned(work, place, lines[place], ids.get(place))
    return [row or left_out(work, place) for place, row in enumerate(planned)]


def _lines(work: Work) -> dict[int, Line]:
    """Return, per live place, the stock that it speaks of."""
    location = location_finder(work)
    lines = {}
    for place in work.live:
        variant, location_id = work.variants[place], location(place)
        if variant is not None and location_id is not None:
            lines[place] = Line(variant, location_id)
    return lines


def _refuse_doubles(work: Work, lines: dict[int, Line]) -> None:
    """Refuse each of several rows of one place: a slip looks the same as two deliveries."""
    for place, others in doubles(work.batch, {place: line.spot for place, line in lines.items()}):
        sku, where = lines[place].variant.sku, work.references.location_codes[lines[place].location_id]
        message = f"“{sku}” at “{where}” is also in {rows_named(others)}. Put it into one row."
        work.batch.refuse(place, "sku", sku, message)


def _read_moments(work: Work, lines: dict[int, Line], terms: Terms) -> None:
    """Note when rows were counted; a moment in the row wins over the one chosen for the file."""
    column, quantities = work.batch.column("counted_at"), work.batch.column("quantity")
    now = clock.now()
    for place, line in lines.items():
        text = column[place]
        if quantities[place] is None:
            continue
        if text is None or text is CLEAR:
            line.counted_at = terms.counted_at
            continue
        moment = dt.datetime.fromisoformat(text)
        line.counted_at = make_aware(moment) if is_naive(moment) else moment
        if terms.adds:
            work.batch.refuse(place, "counted_at", text, "Quantities that are added were not counted.")
        elif line.counted_at > now:
            work.batch.refuse(place, "counted_at", text, "The time of the count lies in the future.")


def _compare(work: Work, lines: dict[int, Line], terms: Terms) -> None:
    """Work out what the sound rows change, and refuse what cannot be."""
    quantities, points = work.batch.column("quantity"), work.batch.column("reorder_point")
    sound = {place: line for place, line in lines.items() if place not in work.batch.errors}
    moments = {line.now.pk: line.counted_at for line in sound.values() if line.counted_at and line.now.pk}
    since = stock_moved_since(moments=moments)
    for place, line in sound.items():
        quantity, point = quantities[place], points[place]
        if quantity is not None:
            _compare_quantity(work, place, line, terms, since.get(line.now.pk))
        if point is not None:
            wanted = 0 if point is CLEAR else point
            if wanted != line.now.reorder_point:
                line.diff["reorder_point"] = [line.now.reorder_point, wanted]
        if line.diff and not line.now.pk and line.location_id in work.references.closed_locations:
            where = work.references.location_codes[line.location_id]
            work.batch.refuse(place, "location", where, f"The location “{where}” is closed.")


def _compare_quantity(work: Work, place: int, line: Line, terms: Terms, since: Since | None) -> None:
    quantity = work.batch.column("quantity")[place]
    if quantity < 0 and not terms.adds:
        message = f"“{quantity}” is less than 0. To take pieces out, choose that quantities are added."
        work.batch.refuse(place, "quantity", quantity, message)
        return
    after, refusal = terms.outcome(quantity, line.now, since)
    if refusal:
        work.batch.refuse(place, "quantity", quantity, refusal)
        return
    if since is not None and since.moved:
        work.run.warn(
            "count allows for what moved since.", "counts allow for what moved since.", examples=[line.variant.sku]
        )
    if after != line.now.on_hand:
        line.diff["quantity"] = [line.now.on_hand, after]


def _reserve(work: Work, lines: dict[int, Line]) -> dict[int, int]:
    """Reserve the keys of the rows of stock that are to be made."""
    if work.run.mode == "update":
        return {}
    places = [place for place in work.live if lines[place].diff and not lines[place].now.pk]
    with transaction.atomic():
        return dict(zip(places, reserve_ids(Stock, len(places)), strict=True))


def _planned(work: Work, place: int, line: Line, new_id: int | None) -> Staged:
    number, run = work.batch.numbers[place], work.run
    where = work.references.location_codes[line.location_id]
    key = f"{line.variant.sku} @ {where}"
    is_new = not line.now.pk
    if is_new and line.diff and run.mode == "update":
        return skipped_row(number, "This is new, and the upload only updates.", key)
    if not is_new and run.mode == "create":
        return skipped_row(number, "This exists, and the upload only creates.", key)
    if not line.diff:
        return Staged(number, RowAction.UNCHANGED.value, key, object_id=line.now.pk or None)
    if "quantity" in line.diff:
        watch_stock(work, line.variant, line.diff["quantity"])
    payload = as_json(_payload(work, place, line))
    if is_new:
        values = {name: new for name, (_, new) in line.diff.items()}
        diff = as_json({"sku": line.variant.sku, "location": where, **values})
        return Staged(number, RowAction.CREATE.value, key, 0, new_id, payload, diff)
    return Staged(number, RowAction.UPDATE.value, key, 0, line.now.pk, payload, as_json(line.diff))


def _payload(work: Work, place: int, line: Line) -> dict[str, Any]:
    """Return what applying needs to work the figures out again under lock."""
    payload: dict[str, Any] = {"variant": line.variant.pk, "location": line.location_id}
    if "quantity" in line.diff:
        payload["quantity"] = work.batch.column("quantity")[place]
        reason = work.batch.column("reason")[place]
        if reason is not None and reason is not CLEAR:
            payload["note"] = reason
        if line.counted_at is not None:
            payload["counted_at"] = line.counted_at.isoformat()
    return payload

"""Orders that are here already: a file may say of them what they are, and nothing else."""

from __future__ import annotations

from typing import Any

from orders.states import OrderStatus
from orders.transfers.sales.columns import BILLING, SHIPPING_TO, STORED_AS
from orders.transfers.sales.document import Document, Work
from orders.transfers.sales.existing import Existing, existing_by_key
from orders.transfers.sales.words import UNFINISHED

_COMPARED = ("ordered_at", *STORED_AS, *BILLING, *SHIPPING_TO)
_LINE = ("sku", "quantity", "unit_price", "discount")


def find_existing(work: Work) -> None:
    """Find what is here already, and refuse rows that say something else of it."""
    found = existing_by_key({document.key for document in work.documents})
    for document in work.documents:
        document.existing = found.get(document.key)
        if document.existing is not None:
            _compare_order(work, document, document.existing)
            _compare_lines(work, document, document.existing)
        elif document.is_ours:
            message = "There is no order with this number here. Leave our number out for new orders."
            work.batch.refuse(document.places[0], "number", document.key, message)


def _compare_order(work: Work, document: Document, existing: Existing) -> None:
    if existing.is_return:
        return
    first = document.places[0]
    # Another system's total is only reported where it differs from ours, and an order that came as a
    # draft was placed here later than a file says. In our own file both are our own.
    is_told = {"total": document.is_ours, "ordered_at": document.is_ours or existing.is_settled}
    for name in _COMPARED:
        if name in existing.values and is_told.get(name, True):
            _compare(work, (first, name), document.values.get(name), existing.values[name], existing)
    status = document.values.get("status")
    was_cancelled = existing.status == OrderStatus.CANCELLED
    is_final = status and status not in UNFINISHED and not document.takes_back
    if is_final and was_cancelled != (status == OrderStatus.CANCELLED):
        _compare(work, (first, "status"), status, existing.status, existing)


def _compare_lines(work: Work, document: Document, existing: Existing) -> None:
    batch = work.batch
    if not document.goods:
        return
    if len(document.goods) != len(existing.lines):
        message = f"{existing.number} has {len(existing.lines)} lines here, in the file {len(document.goods)}."
        batch.refuse(document.goods[0], "", None, message)
        return
    columns = {name: work.column(name) for name in _LINE}
    for place, stored in zip(document.goods, existing.lines, strict=True):
        for name, there in zip(_LINE, stored, strict=True):
            value = columns[name][place]
            value = abs(value) if name == "quantity" and value is not None else value
            if there != "":
                _compare(work, (place, name), value, there, existing)


def _compare(work: Work, cell: tuple[int, str], value: Any, stored: Any, existing: Existing) -> None:
    if value is None or value == stored:
        return
    shown = "empty" if stored == "" else f"“{stored}”"
    message = f"It is {shown} in {existing.number}, which is here already; uploads change no orders."
    work.batch.refuse(*cell, value, message)

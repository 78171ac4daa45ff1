"""From a chunk of rows to its plan."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backoffice.kernel.history.bulk import reserve_ids
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import Run, Staged, as_json, error_row, skipped_row
from backoffice.kernel.transfers.table import Batch
from orders.models import Order, OrderLine, Return, ReturnLine
from orders.transfers.sales.columns import UNIT_PRICE_PLACE, VARIANT_PLACE
from orders.transfers.sales.document import Document, Work
from orders.transfers.sales.planning.cells import check_cells, group_rows
from orders.transfers.sales.planning.lines import check_lines, choose_documents
from orders.transfers.sales.planning.orders import describe_documents, line_rows, set_state
from orders.transfers.sales.planning.pricing import price_documents
from orders.transfers.sales.planning.sales import Sales
from orders.transfers.sales.planning.sameness import find_existing
from orders.transfers.sales.planning.telling import tell, values_of_row
from orders.transfers.sales.taxes import PastTaxes
from orders.transfers.sales.words import RETURN

# Places in TransferKind.targets: a row carries its order, is a line of it, or adds to its amounts.
ORDER, LINE, RETURNED, RETURNED_LINE, PART_OF_ORDER = range(5)


def plan_orders(batch: Batch, run: Run, taxes: PastTaxes, sales: Sales) -> list[Staged]:
    """Plan a chunk.

    Args:
        batch: the rows as values.
        run: for whom and how.
        taxes: rates by day and country; kept from chunk to chunk.
        sales: what was sold, for what comes back; kept from chunk to chunk.
    """
    work = Work(batch, run)
    check_cells(work)
    group_rows(work)
    find_existing(work)
    choose_documents(work)
    check_lines(work)
    describe_documents(work)
    price_documents(work, taxes)
    _refuse_whole(work)
    fresh = work.fresh()
    returning = [document for document in fresh if document.takes_back]
    _reserve([document for document in fresh if not document.takes_back])
    sales.add(fresh, returning)
    for document in returning:
        document.sold = sales.match(document)
        document.kind = RETURN if document.sold else document.kind
    _reserve(returning)
    tell(work, fresh)
    planned = {place: row for document in work.documents for place, row in _planned(work, document).items()}
    return [planned.get(place) or _left_out(work, place) for place in range(len(batch))]


def _refuse_whole(work: Work) -> None:
    """Refuse all rows of a new order of which one cannot be used: half an order is none."""
    wrong = work.batch.errors
    for document in work.documents:
        first = next((place for place in document.places if place in wrong), None)
        if first is None or (document.existing is not None):
            continue
        message = f"The order is not taken in, because row {work.batch.numbers[first]} has errors."
        for place in document.places:
            if place not in wrong:
                work.batch.refuse(place, "", None, message)


def _reserve(documents: list[Document]) -> None:
    """Reserve the keys of new rows and lay out what they store."""
    orders = [document for document in documents if document.kind != RETURN]
    returns = [document for document in documents if document.kind == RETURN]
    for found, model, line_model in ((orders, Order, OrderLine), (returns, Return, ReturnLine)):
        places = [(document, line.place) for document in found for line in document.lines]
        with transaction.atomic():
            for document, pk in zip(found, reserve_ids(model, len(found)), strict=True):
                document.object_id = pk
            for (document, place), pk in zip(places, reserve_ids(line_model, len(places)), strict=True):
                document.line_ids[place] = pk
    for document in orders:
        set_state(document)
        line_rows(document)


def _planned(work: Work, document: Document) -> dict[int, Staged]:
    """Return the plan of a document's sound rows."""
    numbers = work.batch.numbers
    if document.existing is not None:
        target = RETURNED if document.existing.is_return else PART_OF_ORDER
        return {
            place: Staged(numbers[place], RowAction.UNCHANGED.value, document.key, target, document.existing.pk)
            for place in document.places
            if place not in work.batch.errors and place not in work.skipped
        }
    if not work.is_sound(document):
        return {}
    return {place: _created(work, document, place, carries=index == 0) for index, place in enumerate(document.places)}


def _created(work: Work, document: Document, place: int, *, carries: bool) -> Staged:
    """Return the plan of a row that makes an order or a return, or a part of one."""
    is_return = document.kind == RETURN
    payload: dict[str, Any] = {"of": document.object_id}
    if carries:
        payload |= {"rows": len(document.places), "customer": document.customer, "takes_back": document.takes_back}
        payload |= _return(document) if is_return else {"order": document.payload}
        payload["moment"] = document.values.get("ordered_at", "")
    pk = document.line_ids.get(place)
    if pk is not None:
        payload["line_id"] = pk
        if document.sold is not None:
            payload["returned"] = document.sold[1][_index(document, place)]
        else:
            payload["line"] = line = document.line_payloads[place]
            if line[VARIANT_PLACE] is None:
                # A price in another currency says nothing of what the article would cost here.
                is_ours = document.payload["currency"] == work.run.settings.base_currency
                payload["price"] = line[UNIT_PRICE_PLACE] if is_ours else "0.00"
    if carries:
        target, object_id = RETURNED if is_return else ORDER, document.object_id
    elif pk is not None:
        target, object_id = RETURNED_LINE if is_return else LINE, pk
    else:
        target, object_id = RETURNED if is_return else PART_OF_ORDER, document.object_id
    diff = values_of_row(work, document, place, carries=carries)
    number, action = work.batch.numbers[place], RowAction.CREATE.value
    return Staged(number, action, document.key, target, object_id, as_json(payload), as_json(diff))


def _return(document: Document) -> dict[str, Any]:
    postage = document.payload["shipping_price"]
    told = f"Postage given back there: {postage} {document.payload['currency']}." if postage.strip("0.") else ""
    return {
        "return": {
            "order_id": document.sold[0] if document.sold else 0,
            "external_reference": document.key,
            "note": " ".join(filter(None, [document.values.get("note"), told])),
            "moment": document.payload["moment"],
        }
    }


def _index(document: Document, place: int) -> int:
    return next(index for index, line in enumerate(document.lines) if line.place == place)


def _left_out(work: Work, place: int) -> Staged:
    batch = work.batch
    key = work.column("number")[place] or work.column("external_reference")[place] or ""
    reason = batch.skipped.get(place) or ("" if place in batch.errors else work.skipped.get(place, ""))
    if reason:
        return skipped_row(batch.numbers[place], reason, key)
    return error_row(batch.numbers[place], batch.errors[place], key)

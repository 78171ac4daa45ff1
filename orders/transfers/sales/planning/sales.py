"""Finding the sales whose goods a file takes back: in the shop, and earlier in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q

from backoffice.kernel.lookups import amount_text
from backoffice.kernel.transfers.models import RowAction, StagedRow
from orders.models import OrderLine
from orders.selectors.parcels import lines_to_return
from orders.states import OrderStatus
from orders.transfers.sales.columns import QUANTITY_PLACE, SKU_PLACE, UNIT_PRICE_PLACE
from orders.transfers.sales.document import Document
from orders.transfers.sales.existing import local_text
from orders.transfers.sales.words import SALE


@dataclass(slots=True)
class Sold:
    """A line that was sold, with the pieces of it that may still come back."""

    order_id: int
    line_id: int
    moment: str
    currency: str
    unit_price: str
    left: int


# Order, and per line of the document (key of the sold line, pieces).
Match = tuple[int, list[tuple[int, int]]]


class Sales:
    """The sales of a file and of the shop, by customer and SKU.

    Sales of the file are only collected once something is taken back; those of earlier chunks are
    read from the plan, so that a plan that goes on after an interruption finds what it would have
    found without it.

    Args:
        upload_id: the upload whose plan is read.
    """

    def __init__(self, upload_id: int) -> None:
        self.upload_id = upload_id
        self._is_loaded = False
        self._sold: dict[tuple[str, str], dict[int, Sold]] = defaultdict(dict)
        self._taken: dict[int, int] = defaultdict(int)

    def add(self, documents: Iterable[Document], returning: Iterable[Document]) -> None:
        """Collect a chunk's sales, where they are needed, and what the shop sold of what it takes back."""
        wanted = list(returning)
        if wanted and not self._is_loaded:
            self._load()
            self._is_loaded = True
        if not self._is_loaded:
            return
        for document in documents:
            if document.kind == SALE and document.customer and not document.takes_back:
                currency, moment = document.payload["currency"], document.values["ordered_at"]
                for place, pk in document.line_ids.items():
                    values = document.line_payloads[place]
                    self._put(document.customer, values, Sold(
                        document.object_id, pk, moment, currency, values[UNIT_PRICE_PLACE], values[QUANTITY_PLACE]
                    ))  # fmt: skip
        self._read_shop(wanted)

    def match(self, document: Document) -> Match | None:
        """Return the latest order of the customer that all goods of a document may come back from, or None.

        Price and currency must be those of the sale, and the sale must not be later. What is found
        is taken: no piece comes back twice.
        """
        if not document.customer:
            return None
        orders = {
            sold.order_id: sold.moment
            for line in document.lines
            for sold in self._sold[document.customer, line.sku].values()
            if sold.moment <= document.values["ordered_at"]
        }
        for order_id in sorted(orders, key=lambda pk: (orders[pk], pk), reverse=True):
            found = self._from_order(document, order_id)
            if found is not None:
                for pk, count in found:
                    self._taken[pk] += count
                return order_id, found
        return None

    def _from_order(self, document: Document, order_id: int) -> list[tuple[int, int]] | None:
        taken: dict[int, int] = defaultdict(int)
        found = []
        for line in document.lines:
            candidates = (
                sold
                for sold in self._sold[document.customer, line.sku].values()
                if sold.order_id == order_id
                and sold.unit_price == line.unit_price
                and sold.currency == document.payload["currency"]
                # One line of a return stands for one line of the order.
                and sold.line_id not in taken
                and sold.left - self._taken[sold.line_id] >= line.quantity
            )
            sold = next(candidates, None)
            if sold is None:
                return None
            taken[sold.line_id] += line.quantity
            found.append((sold.line_id, line.quantity))
        return found

    def _put(self, customer: str, values: list[Any], sold: Sold) -> None:
        self._sold[customer, values[SKU_PLACE]][sold.line_id] = sold

    def _load(self) -> None:
        """Read the sales of earlier chunks from the plan, and what was taken back from them."""
        rows = StagedRow.objects.filter(upload=self.upload_id, action=RowAction.CREATE).order_by("number")
        heads: dict[int, tuple[str, str, str]] = {}
        for (payload,) in rows.values_list("payload").iterator(chunk_size=2_000):
            said = orjson.loads(payload)
            order = said.get("order")
            if order is not None and order["kind"] == SALE and said["customer"]:
                heads[said["of"]] = (said["customer"], said["moment"], order["currency"])
            if "returned" in said:
                self._taken[said["returned"][0]] += said["returned"][1]
            head = heads.get(said["of"])
            if head is not None and "line" in said:
                values = said["line"]
                self._put(head[0], values, Sold(
                    said["of"], said["line_id"], head[1], head[2], values[UNIT_PRICE_PLACE], values[QUANTITY_PLACE]
                ))  # fmt: skip

    def _read_shop(self, documents: list[Document]) -> None:
        """Read what the shop has delivered to the customers of a chunk that takes goods back."""
        skus = sorted({line.sku for document in documents for line in document.lines})
        emails = sorted({document.values["email"] for document in documents if document.values.get("email")})
        numbers = {document.values.get("external_customer") for document in documents}
        if not skus:
            return
        whose = Q(order__email__among=emails) | Q(order__external_customer__among=sorted(filter(None, numbers)))
        rows = OrderLine.objects.filter(
            whose, sku__among=skus, delivered__gt=0, order__status__in=[OrderStatus.OPEN, OrderStatus.COMPLETED]
        ).order_by("pk")
        columns = ("pk", "order_id", "sku", "unit_price", "order__placed_at", "order__currency",
                   "order__external_customer", "order__email")  # fmt: skip
        found = list(rows.values_list(*columns))
        free = lines_to_return({row[1] for row in found})
        left = {line.pk: count for lines in free.values() for line, count in lines}
        for pk, order_id, sku, price, moment, currency, number, email in found:
            sold = Sold(order_id, pk, local_text(moment), currency, amount_text(price, 2) or "", left.get(pk, 0))
            for customer in filter(None, (f"#{number}" if number else "", email)):
                self._sold[customer, sku].setdefault(pk, sold)

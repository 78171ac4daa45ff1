"""A chunk of rows on its way to a plan, and the documents that its rows make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice.kernel.document_math import NetLine, PricedLine
from backoffice.kernel.transfers.service import Run
from backoffice.kernel.transfers.table import Batch
from orders.transfers.sales.words import SALE


@dataclass(slots=True)
class Article:
    """What the catalogue knows of a SKU; ``variant_id`` is None for one that is yet to be made."""

    variant_id: int | None
    seller_id: int | None
    tax_class_id: int
    name: str
    unit_code: str


@dataclass(slots=True)
class Line:
    """A row of goods.

    Attributes:
        place: its row.
        sku: what was ordered.
        name: what it was called.
        quantity: pieces, above zero whatever the sign in the file.
        unit_price: digits as stored.
        discount: digits as stored.
        article: what the catalogue knows of it; None where that is not known yet, or where it is refused.
    """

    place: int
    sku: str
    name: str
    quantity: int
    unit_price: str
    discount: str
    article: Article | None = None


@dataclass(slots=True)
class Document:
    """The rows of one order, cancellation or return.

    Attributes:
        key: its number in the file.
        is_ours: whether the file names it by our own number.
        places: its rows, in the order of the file; the first one carries the document.
        kind: sale, cancelled, return or draft.
        values: field → value of the order as a whole; postage and discounts in rows of their own are in its amounts.
        goods: its rows of goods; the others speak of the order as a whole.
        lines: its goods.
        takes_back: whether all its quantities are negative.
        existing: the order or return that is here already, or None.
        payload: what the order stores, by column.
        priced: per line as charged and its net amounts.
        object_id: reserved key of the order or return.
        line_ids: place → reserved key of the line.
        line_payloads: place → what the line stores, by ``LINE_COLUMNS``.
        sold: of a return, the order and per line (key of the sold line, pieces).
    """

    key: str
    is_ours: bool = False
    places: list[int] = field(default_factory=list)
    kind: str = SALE
    values: dict[str, Any] = field(default_factory=dict)
    goods: list[int] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    takes_back: bool = False
    existing: Any = None
    payload: dict[str, Any] = field(default_factory=dict)
    priced: list[tuple[PricedLine, NetLine]] = field(default_factory=list)
    object_id: int = 0
    line_ids: dict[int, int] = field(default_factory=dict)
    line_payloads: dict[int, list[Any]] = field(default_factory=dict)
    sold: tuple[int, list[tuple[int, int]]] | None = None

    @property
    def customer(self) -> str:
        """Return what tells the customer from others; "" for a guest without an email."""
        number = self.values.get("external_customer")
        return f"#{number}" if number else str(self.values.get("email") or "")


@dataclass(slots=True)
class Work:
    """Everything that is known about a chunk while it is planned.

    Attributes:
        batch: the rows.
        run: for whom and how.
        documents: in the order of their first rows.
        skipped: places that are left out by what was chosen → why.
        articles: SKU → what the catalogue knows.
        customers: email → key of the customer's log-in, and language.
    """

    batch: Batch
    run: Run
    documents: list[Document] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    customers: dict[str, tuple[int, str]] = field(default_factory=dict)
    _columns: dict[str, Sequence[Any]] = field(default_factory=dict)

    def column(self, name: str) -> Sequence[Any]:
        """Return the values of a field; blanks where the file lacks it."""
        if name not in self._columns:
            self._columns[name] = self.batch.column(name)
        return self._columns[name]

    def is_sound(self, document: Document) -> bool:
        """Say whether no row of a document was refused or left out."""
        wrong = self.batch.errors
        return not any(place in wrong or place in self.skipped for place in document.places)

    def fresh(self) -> list[Document]:
        """Return the documents that are new and sound so far."""
        return [document for document in self.documents if document.existing is None and self.is_sound(document)]

    def skip(self, document: Document, reason: str) -> None:
        """Leave a document out."""
        self.skipped |= dict.fromkeys(document.places, reason)

"""What people are told of a chunk: the preview's rows, and what is worth a warning."""

from __future__ import annotations

from typing import Any

from orders.transfers.sales.columns import LINE_FIELDS
from orders.transfers.sales.document import Document, Work
from orders.transfers.sales.words import CANCELLED, RETURN


def tell(work: Work, documents: list[Document]) -> None:
    """Tally what a chunk's new documents become."""
    run = work.run
    guests = [document.key for document in documents if not document.customer]
    run.warn(
        "order names no customer and is kept as a guest order.",
        "orders name no customer and are kept as guest orders.",
        len(guests),
        examples=guests,
    )
    returns = [document.key for document in documents if document.kind == RETURN]
    run.warn(
        "document takes goods back: a return of the sale, without stock or refund.",
        "documents take goods back: returns of their sales, without stock or refunds.",
        len(returns),
        examples=returns,
    )
    lost = [document.key for document in documents if document.kind == CANCELLED and document.takes_back]
    run.warn(
        "document takes back goods whose sale is not here: kept as a cancelled order.",
        "documents take back goods whose sale is not here: kept as cancelled orders.",
        len(lost),
        examples=lost,
    )


def values_of_row(work: Work, document: Document, place: int, *, carries: bool) -> dict[str, Any]:
    """Return field → value of a row, as the preview shows it: what the file says, and what it comes to."""
    values: dict[str, Any] = {}
    if carries:
        values |= {name: value for name, value in document.values.items() if name != "status"}
        values["status"] = document.kind if document.kind == RETURN else document.payload["status"]
        if document.kind != RETURN:
            values["total"] = document.payload["total"]
    columns = ("row_type", *LINE_FIELDS, "discount", "tax_rate", "seller")
    for name in columns:
        value = work.column(name)[place]
        if value is not None:
            values[name] = value
    return values

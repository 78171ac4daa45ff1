"""Issued documents as a table: CSV and XLSX."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from backoffice.kernel.transfers.reading.values.text import neutralise_formula
from invoices.models import Invoice
from invoices.selectors.ledger import sign_of

# Header → value. Credit notes go negative here, so that a column adds up to the ledger.
COLUMNS: dict[str, Callable[[Invoice], Any]] = {
    "number": lambda document: document.number,
    "kind": lambda document: document.get_kind_display(),
    "date": lambda document: document.issued_on,
    "due date": lambda document: document.due_on,
    "delivery date": lambda document: document.delivered_on,
    "order": lambda document: document.order_number,
    "corrects": lambda document: document.corrects.number if document.corrects else "",
    "customer": lambda document: document.buyer_snapshot.get("company") or document.buyer_snapshot.get("name", ""),
    "country": lambda document: document.buyer_snapshot.get("country", ""),
    "VAT id": lambda document: document.buyer_snapshot.get("vat_id", ""),
    "payment method": lambda document: document.payment_method,
    "currency": lambda document: document.currency,
    "net": lambda document: sign_of(document) * document.net,
    "tax": lambda document: sign_of(document) * document.tax,
    "gross": lambda document: sign_of(document) * document.gross,
    "rounding": lambda document: sign_of(document) * document.rounding,
    "payable": lambda document: sign_of(document) * document.payable,
    "status": lambda document: document.get_status_display(),
    "SHA-256": lambda document: document.content_hash,
}


def table_csv(documents: Iterable[Invoice], path: Path) -> int:
    """Write documents as CSV (UTF-8 with a mark, commas, CRLF) and return how many there were."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for count, document in enumerate(documents, start=1):  # noqa: B007 - the last count is the result
            writer.writerow([_text(read(document)) for read in COLUMNS.values()])
    return count


def table_xlsx(documents: Iterable[Invoice], path: Path) -> int:
    """Write documents as XLSX, amounts and dates as such, and return how many there were."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Documents")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    count = 0
    for count, document in enumerate(documents, start=1):  # noqa: B007 - as above
        sheet.append([_cell(sheet, read(document)) for read in COLUMNS.values()])
    book.save(path)
    return count


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralise_formula(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, str):
        return neutralise_formula(value)
    if isinstance(value, Decimal):
        cell = WriteOnlyCell(sheet)
        cell.value = value
        cell.number_format = "#,##0.00"
        return cell
    return value

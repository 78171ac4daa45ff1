"""The “Online Retail” data set of the UCI repository: a British gift shop's invoice lines, from its public headings."""

from __future__ import annotations

import re

from backoffice.kernel.transfers.shapes import Combine, Derive, Shape, Translate
from orders.transfers.sales.words import DISCOUNT, GOODS, SHIPPING

# Codes that stand for no goods. Others of the kind (M for a manual entry, S for samples, bank
# charges and the like) are articles like any other: whether they are made is the uploader's choice.
_CODES = {"POST": SHIPPING, "DOT": SHIPPING, "C2": SHIPPING, "D": DISCOUNT}
_CANCELLATION = re.compile(r"[Cc]\d+")
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")


def _row_type(code: str) -> str:
    return _CODES.get(code.strip().upper(), GOODS)


def _whole(text: str) -> str:
    """Take away the decimals that a spreadsheet adds to a number which is a name."""
    found = _WHOLE_NUMBER.fullmatch(text.strip())
    return found[1] if found else text


def _status(number: str) -> tuple[str]:
    return ("cancelled" if _CANCELLATION.fullmatch(number.strip()) else "completed",)


def _sterling(_: str) -> str:
    return "GBP"


UCI_RETAIL = Shape(
    name="uci-online-retail",
    label="UCI Online Retail",
    signature=("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"),
    columns={
        "InvoiceNo": "external_reference",
        "StockCode": "sku",
        "Description": "name",
        "Quantity": "quantity",
        "InvoiceDate": "ordered_at",
        "UnitPrice": "unit_price",
        "CustomerID": "external_customer",
        "Country": "shipping_country",
    },
    steps=(
        Derive("external_customer", "external_customer", _whole),
        Derive("row_type", "sku", _row_type),
        Derive("currency", "external_reference", _sterling),
        Combine(("status",), ("external_reference",), _status),
        Translate(
            "shipping_country", {"Unspecified": "", "European Community": "", "Channel Islands": "JE", "RSA": "ZA"}
        ),
    ),
    group="external_reference",
)

"""The arithmetic of a document with tax, by EN 16931: pure functions, Decimal in, frozen dataclasses out.

Orders and invoices use the same functions, so that an invoice says to the cent what its order said.
Two steps, which can be used apart:

- ``document_price`` turns prices as charged (with or without tax) into net amounts;
- ``document_totals`` adds net amounts up to tax groups and totals.

All amounts are in one currency, never negative, and rounded half away from zero to its minor unit.
"""

from backoffice.kernel.document_math.amounts import (
    Document,
    DocumentMathError,
    NetAmount,
    NetLine,
    PricedCharge,
    PricedLine,
    TaxGroup,
    TaxKey,
    net_of,
    spread,
)
from backoffice.kernel.document_math.pricing import document_price
from backoffice.kernel.document_math.totals import document_totals

__all__ = [
    "Document",
    "DocumentMathError",
    "NetAmount",
    "NetLine",
    "PricedCharge",
    "PricedLine",
    "TaxGroup",
    "TaxKey",
    "document_price",
    "document_totals",
    "net_of",
    "spread",
]

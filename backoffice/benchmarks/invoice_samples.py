"""Invoices for benchmarks: each number is another buyer, other goods, other amounts, other glyphs."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from backoffice.kernel.document_math import PricedLine, TaxKey, document_price
from invoices.snapshot import (
    BuyerSnapshot,
    DeliverySnapshot,
    InvoiceSnapshot,
    IssuerSnapshot,
    LineSnapshot,
    MetaSnapshot,
    PaymentInstructions,
    PostalAddress,
    TaxGroupSnapshot,
    TotalsSnapshot,
)

_NOTHING = Decimal("0.00")
_ISSUED_ON = dt.date(2026, 3, 5)
_FIRST = ("Jürgen", "Zoé", "Ada", "François", "Xenia", "Kurt", "Ålvar", "Żaneta", "Quentin", "Björk", "Peter", "Maria")
_LAST = ("Müller", "Große", "Łukasz", "Beispiel", "Sørensen", "Dvořák", "Exemple", "Sample", "Vogel", "Ünal")
_THINGS = (
    "cotton T-shirt",
    "kettle, 1.7 litres",
    "café à la crème",
    "Größe XL",
    "jumbo box",
    "Qualität, weiß",
    "½ inch",
)
_SELLER = IssuerSnapshot(
    PostalAddress(name="Example Trade GmbH", line1="Musterstraße 1", postcode="01067", city="Dresden", country="DE"),
    vat_id="DE100000008",
    registration="Amtsgericht Dresden, HRB 00000",
    email="billing@example.com",
    website="www.example.com",
)
_IBAN = "DE02120300000000202051"


def invoice_sample(number: int, *, count: int = 10, language: str = "en", is_paid: bool = True) -> InvoiceSnapshot:
    """Return an invoice of ``count`` lines; another number is another buyer, other goods, other amounts."""
    chance = random.Random(number)
    rates = (TaxKey("S", Decimal(19)), TaxKey("S", Decimal(7)))
    priced = [
        PricedLine(Decimal(chance.randint(1, 9)), Decimal(chance.randint(100, 99999)).scaleb(-2), rates[index % 2])
        for index in range(count)
    ]
    document = document_price(lines=priced, prices_include_tax=False)
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    address = PostalAddress(
        name=name, line1=f"{chance.choice(_LAST)} {number}", postcode="75002", city="Paris", country="FR"
    )
    return InvoiceSnapshot(
        issuer=_SELLER,
        buyer=BuyerSnapshot(address, customer_number=str(number)),
        delivery=DeliverySnapshot(address, _ISSUED_ON),
        meta=MetaSnapshot("invoice", f"INV-2026-{number:06}", _ISSUED_ON, "EUR", language, f"ORD-{number:06}"),
        payment=PaymentInstructions(
            "Card", "48" if is_paid else "58", "Musterbank", _IBAN, "BYLADEM1001", _ISSUED_ON, 0
        ),
        lines=tuple(
            LineSnapshot(
                position=position,
                sku=f"SKU-{chance.randint(10000, 99999)}",
                name=f"{chance.choice(_FIRST)} {chance.choice(_THINGS)} {chance.randint(1, 99)}",
                quantity=line.quantity,
                unit_code="C62",
                unit_price_net=line.net_unit_price,
                net=line.net,
                tax_category=line.tax.category,
                tax_rate=line.tax.rate,
            )
            for position, line in enumerate(document.lines, start=1)
        ),
        adjustments=(),
        breakdown=tuple(
            TaxGroupSnapshot(group.tax.category, group.tax.rate, group.taxable, group.amount)
            for group in document.groups
        ),
        totals=TotalsSnapshot(
            document.lines_net,
            _NOTHING,
            _NOTHING,
            document.net,
            document.tax,
            document.gross,
            document.payable if is_paid else _NOTHING,
            document.rounding,
            _NOTHING if is_paid else document.payable,
        ),
    )

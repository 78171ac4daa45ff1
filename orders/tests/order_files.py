"""Small files of orders, and a shop to upload them into."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from backoffice.kernel.tests.transfers.uploading import applied, planned
from backoffice.kernel.transfers.models import Upload
from orders.models import Order, ReturnReason
from orders.tests.factories import stocked_variant
from products.models import Variant
from products.tests.factories import TaxRateFactory

# A sale of two lines, a guest's, one that was cancelled, and what comes back of the first.
RETAIL = """
    InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
    700001,MUG-BLUE,BLUE MUG,6,2024-03-01 08:26:00,2.55,20001.0,Germany
    700001,MUG-RED,RED MUG,2,2024-03-01 08:27:00,3.39,20001.0,Germany
    700001,POST,POSTAGE,1,2024-03-01 08:26:00,4.90,20001.0,Germany
    700002,MUG-RED,RED MUG,1,2024-03-01 09:00:00,3.39,,United Kingdom
    C700003,MUG-BLUE,BLUE MUG,-4,2024-03-02 10:00:00,2.55,20001.0,Germany
    C700004,MUG-BLUE,BLUE MUG,-1,2024-03-02 10:00:00,2.55,20002.0,Germany
"""


def mugs() -> tuple[Variant, Variant]:
    """Return a blue and a red mug, in stock and taxed at 19 % in Germany."""
    TaxRateFactory()
    ReturnReason.objects.get_or_create(code="other", defaults={"name": "Other"})
    blue, red = stocked_variant(name="Blue mug"), stocked_variant(name="Red mug")
    for variant, sku in ((blue, "MUG-BLUE"), (red, "MUG-RED")):
        variant.sku = sku
        variant.save()
    return blue, red


def upload(text: str | bytes, **choices: Any) -> Upload:
    """Plan and apply a file of orders; choices of the kind and options by name."""
    return applied(text, kind="orders", **_options(choices))


def plan(text: str | bytes, **choices: Any) -> Upload:
    """Plan a file of orders."""
    return planned(text, kind="orders", **_options(choices))


def order(reference: str) -> Order:
    """Return the uploaded order of this number elsewhere."""
    return Order.objects.get(channel="upload", external_reference=reference)


def total_of(*references: str) -> Decimal:
    """Return what uploaded orders come to together."""
    return sum((order(reference).total for reference in references), Decimal("0.00"))


def _options(given: dict[str, Any]) -> dict[str, Any]:
    choices = {name: given.pop(name) for name in ("orders_are", "unknown_sku", "prices") if name in given}
    return {**given, "choices": choices}

"""Stock files as a kind of upload, and the export that comes back as one."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind
from backoffice.kernel.transfers.kinds import TransferKind
from products.models import Stock
from products.transfers.stock.resource import StockResource
from products.transfers.stock.service import StockTransfer
from products.transfers.stock.terms import CHOICES

# What tells of an upload rather than of the stock as it is.
_ONLY_IN = frozenset({"counted_at", "reason"})

STOCK = TransferKind(
    name="stock",
    label="Stock",
    resource=StockResource,
    key="sku",
    permission="products.import_stock",
    service=StockTransfer,
    tables=("products.Stock",),
    choices=CHOICES,
    intro=(
        "A row per SKU and location; choose whether the stock is set to the quantities or they are added to it. "
        "With the moment of a count, what was sold and received after it is allowed for. Each place may be named once. "
        "Where stock moves between the preview and applying, added quantities and counts are worked out again, while "
        "a set quantity is a conflict."
    ),
)

STOCK_EXPORT = ExportKind(
    name="stock",
    label="Stock",
    model=Stock,
    columns=tuple(
        ExportColumn(name, str(field.attribute), label=StockResource.by_field()[name].label)
        for name, field in StockResource.fields.items()
        if name not in _ONLY_IN
    ),
    order_by=("variant_id", "location_id", "pk"),
    filters={"seller": "variant__product__seller__code"},
)

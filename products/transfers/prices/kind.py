"""Price lists as a kind of upload, and the export that comes back as one."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.rounding import DECIMALS
from products.models import Variant
from products.transfers.prices.resource import PriceResource
from products.transfers.prices.service import PriceTransfer

PRICES = TransferKind(
    name="prices",
    label="Prices",
    resource=PriceResource,
    key="sku",
    permission="products.import_variant",
    service=PriceTransfer,
    tables=("products.Variant",),
    choices=(DECIMALS,),
    intro=(
        "A row per SKU with its new price, compare-at price or cost. Only variants that exist are changed, and only in "
        "the columns that the file has; a SKU that is not known is an error."
    ),
)

PRICES_EXPORT = ExportKind(
    name="prices",
    label="Prices",
    model=Variant,
    columns=tuple(ExportColumn(column.field, label=column.label) for column in PriceResource.columns()),
    order_by=("product_id", "position", "pk"),
    filters={"seller": "product__seller__code", "category": "product__category__full_name"},
)

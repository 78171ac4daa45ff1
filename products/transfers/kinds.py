"""The kinds of files that the catalogue takes."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import register_export
from backoffice.kernel.transfers.kinds import TransferKind, register_kind
from backoffice.kernel.transfers.rounding import DECIMALS
from products.resources import ProductResource
from products.transfers.categories import CATEGORIES, CATEGORIES_EXPORT
from products.transfers.exports import PRODUCTS_EXPORT
from products.transfers.prices import PRICES, PRICES_EXPORT
from products.transfers.service import ProductTransfer
from products.transfers.shapes import SHAPES
from products.transfers.stock import STOCK, STOCK_EXPORT

PRODUCTS = TransferKind(
    name="products",
    label="Products",
    resource=ProductResource,
    key="sku",
    permission="products.import_product",
    service=ProductTransfer,
    tables=(
        "products.Product",
        "products.Variant",
        "products.VariantOption",
        "products.Stock",
        "products.ProductImage",
    ),
    targets=("products.Variant", "products.Product"),
    identifying=("sku", "handle", "name"),
    group="handle",
    shapes=SHAPES,
    choices=(DECIMALS,),
    takes_pictures=True,
    intro=(
        "A row is a variant; rows with the same handle are the variants of one product. What is not there yet is made, "
        "with its category, options and stock; what is there changes in the columns that the file has."
    ),
)


def register() -> None:
    """Register the catalogue's kinds of upload and export."""
    for kind in (PRODUCTS, PRICES, STOCK, CATEGORIES):
        register_kind(kind)
    for export in (PRODUCTS_EXPORT, PRICES_EXPORT, STOCK_EXPORT, CATEGORIES_EXPORT):
        register_export(export)

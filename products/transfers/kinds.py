"""The kinds of files that the catalogue takes."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import register_export
from backoffice.kernel.transfers.kinds import TransferKind, register_kind
from products.resources import ProductResource
from products.transfers.exports import PRODUCTS_EXPORT
from products.transfers.service import ProductTransfer
from products.transfers.shapes import SHAPES

PRODUCTS = TransferKind(
    name="products",
    label="Products",
    resource=ProductResource,
    key="sku",
    permission="products.import_product",
    service=ProductTransfer,
    tables=("products.Product", "products.Variant", "products.VariantOption", "products.Stock"),
    targets=("products.Variant", "products.Product"),
    identifying=("sku", "handle", "name"),
    group="handle",
    shapes=SHAPES,
)


def register() -> None:
    """Register the catalogue's kinds of upload and export."""
    register_kind(PRODUCTS)
    register_export(PRODUCTS_EXPORT)

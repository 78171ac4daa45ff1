"""The admin of the catalogue and the stock."""

from products.admin.attribute import AttributeAdmin
from products.admin.category import CategoryAdmin
from products.admin.product import ProductAdmin
from products.admin.stock import LocationAdmin, StockAdmin, StockMovementAdmin
from products.admin.tax import TaxClassAdmin
from products.admin.variant import VariantAdmin

__all__ = [
    "AttributeAdmin",
    "CategoryAdmin",
    "LocationAdmin",
    "ProductAdmin",
    "StockAdmin",
    "StockMovementAdmin",
    "TaxClassAdmin",
    "VariantAdmin",
]

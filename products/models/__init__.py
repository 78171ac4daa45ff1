"""Models of the products app."""

from products.models.attribute import Attribute, AttributeValue
from products.models.category import Category
from products.models.image import ProductImage
from products.models.product import Product
from products.models.stock import Location, MovementReason, Stock, StockMovement
from products.models.tax import TaxCategory, TaxClass, TaxRate
from products.models.variant import Variant, VariantOption

__all__ = [
    "Attribute",
    "AttributeValue",
    "Category",
    "Location",
    "MovementReason",
    "Product",
    "ProductImage",
    "Stock",
    "StockMovement",
    "TaxCategory",
    "TaxClass",
    "TaxRate",
    "Variant",
    "VariantOption",
]

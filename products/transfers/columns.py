"""Which columns of a product file belong to the product, which to the variant."""

from __future__ import annotations

# Field of the file → column of the model.
PRODUCT_COLUMNS: dict[str, str] = {
    "handle": "handle",
    "name": "name",
    "status": "status",
    "seller": "seller_id",
    "category": "category_id",
    "tax_class": "tax_class_id",
    "brand": "brand",
    "short_description": "short_description",
    "description": "description",
    "tags": "tags",
    "meta_title": "meta_title",
    "meta_description": "meta_description",
}
VARIANT_COLUMNS: dict[str, str] = {
    "sku": "sku",
    "variant_title": "title",
    "barcode": "barcode",
    "price": "price",
    "compare_at_price": "compare_at_price",
    "cost": "cost",
    "weight_grams": "weight_grams",
    "unit_code": "unit_code",
    "position": "position",
    "on_sale": "is_active",
}
AMOUNTS = frozenset({"price", "compare_at_price", "cost"})
FLAGS = frozenset({"on_sale"})
OPTION_PAIRS = tuple((f"option{n}_name", f"option{n}_value") for n in (1, 2, 3))
# What a product or variant cannot be without; the clearing token is refused there.
NEEDED = frozenset(
    {
        "handle", "name", "status", "seller", "tax_class", "sku", "price", "unit_code", "position", "on_sale", "stock",
        "location",
    }
)  # fmt: skip
# What the clearing token leaves behind.
EMPTY: dict[str, str | None] = {
    "compare_at_price": None,
    "cost": None,
    "weight_grams": None,
    "category": None,
}

"""Which columns of a file of orders belong to the order, and how its tables are filled."""

from __future__ import annotations

ADDRESS_KEYS = ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone")
BILLING = {f"billing_{key}": key for key in ADDRESS_KEYS}
SHIPPING_TO = {f"shipping_{key}": key for key in ADDRESS_KEYS}

ORDER_FIELDS = (
    "ordered_at", "status", "email", "external_customer", *BILLING, *SHIPPING_TO, "vat_id", "currency",
    "prices_include_tax", "shipping_price", "order_discount", "discount_reason", "total", "note",
)  # fmt: skip
# Rows of one order may tell different minutes; the earliest counts.
TOLERATED = frozenset({"ordered_at"})
# A row that fills none of these says something of the order only.
LINE_FIELDS = ("sku", "name", "quantity", "unit_price")

# Field of the file → column of the order, where a file says it as it is stored.
STORED_AS = {
    "email": "email",
    "external_customer": "external_customer",
    "vat_id": "vat_id",
    "currency": "currency",
    "prices_include_tax": "prices_include_tax",
    "shipping_price": "shipping_price",
    "order_discount": "discount",
    "discount_reason": "discount_reason",
    "total": "total",
    "note": "customer_note",
}
AMOUNTS = frozenset({"shipping_price", "order_discount", "total"})

LINE_COLUMNS = (
    "order_id", "position", "variant_id", "seller_id", "sku", "name", "unit_code", "unit_price", "discount",
    "tax_rate", "tax_category", "included_tax_rate", "net_unit_price", "net", "quantity", "shipped", "delivered",
    "cancelled",
)  # fmt: skip
VARIANT_PLACE, SELLER_PLACE, SKU_PLACE, NAME_PLACE, UNIT_PRICE_PLACE, QUANTITY_PLACE = map(
    LINE_COLUMNS.index, ("variant_id", "seller_id", "sku", "name", "unit_price", "quantity")
)

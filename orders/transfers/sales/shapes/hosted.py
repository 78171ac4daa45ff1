"""The order exports of Shopify, WooCommerce and Magento with a row per line, from their public column headings."""

from __future__ import annotations

from backoffice.kernel.transfers.shapes import CarryDown, Combine, Derive, Shape, SkipRows

_CENTS = 2
_CHILD = "It is the variant of the row above, which has the price."


def _name(first: str, last: str) -> tuple[str]:
    return (" ".join(f"{first} {last}".split()),)


def _net(_: str) -> str:
    """Say that the amounts of a row are without tax."""
    return "no"


def _postcode(text: str) -> str:
    """Take away the apostrophe that keeps leading zeros in spreadsheets."""
    return text.lstrip("'")


def _shopify_status(financial: str, fulfilment: str, cancelled_at: str) -> tuple[str]:
    """Return the status; further rows of an order leave all three blank."""
    if cancelled_at.strip() or financial.strip().casefold() == "voided":
        return ("cancelled",)
    if not financial.strip() and not fulfilment.strip():
        return ("",)
    is_done = fulfilment.strip().casefold() == "fulfilled" or financial.strip().casefold() == "refunded"
    return ("completed" if is_done else "open",)


def _without_zeros(text: str) -> str:
    """Take away the third and fourth decimal where they are noughts; Magento keeps four."""
    whole, mark, decimals = text.strip().partition(".")
    if len(decimals) <= _CENTS or decimals[_CENTS:].strip("0"):
        return text
    return f"{whole}{mark}{decimals[:_CENTS]}"


def _pieces(text: str) -> str:
    """Return a quantity without its decimals, where they are noughts."""
    whole, _, decimals = text.strip().partition(".")
    return text if decimals.strip("0") else whole


def _child(parent: str) -> str:
    return "yes" if parent.strip() not in {"", "0", "NULL"} else ""


SHOPIFY = Shape(
    name="shopify-orders",
    label="Shopify",
    signature=(
        "Name",
        "Financial Status",
        "Fulfillment Status",
        "Lineitem quantity",
        "Lineitem name",
        "Lineitem price",
    ),
    columns={
        "Name": "external_reference",
        "Email": "email",
        "Created at": "ordered_at",
        "Currency": "currency",
        "Shipping": "shipping_price",
        "Discount Amount": "order_discount",
        "Discount Code": "discount_reason",
        "Total": "total",
        "Lineitem quantity": "quantity",
        "Lineitem name": "name",
        "Lineitem price": "unit_price",
        "Lineitem sku": "sku",
        "Billing Name": "billing_name",
        "Billing Company": "billing_company",
        "Billing Address1": "billing_line1",
        "Billing Address2": "billing_line2",
        "Billing City": "billing_city",
        "Billing Zip": "billing_postcode",
        "Billing Province": "billing_region",
        "Billing Country": "billing_country",
        "Billing Phone": "billing_phone",
        "Shipping Name": "shipping_name",
        "Shipping Company": "shipping_company",
        "Shipping Address1": "shipping_line1",
        "Shipping Address2": "shipping_line2",
        "Shipping City": "shipping_city",
        "Shipping Zip": "shipping_postcode",
        "Shipping Province": "shipping_region",
        "Shipping Country": "shipping_country",
        "Shipping Phone": "shipping_phone",
        "Notes": "note",
    },
    extras={"Financial Status": "~financial", "Fulfillment Status": "~fulfilment", "Cancelled at": "~cancelled"},
    steps=(
        CarryDown("external_reference"),
        Combine(("status",), ("~financial", "~fulfilment", "~cancelled"), _shopify_status),
        Derive("billing_postcode", "billing_postcode", _postcode),
        Derive("shipping_postcode", "shipping_postcode", _postcode),
    ),
    group="external_reference",
)

WOOCOMMERCE = Shape(
    name="woocommerce-orders",
    label="WooCommerce",
    signature=("Order Number", "Order Status", "Email (Billing)", "Item Name", "Item Cost"),
    columns={
        "Order Number": "external_reference",
        "Order Status": "status",
        "Order Date": "ordered_at",
        "Customer Note": "note",
        "Company (Billing)": "billing_company",
        "Address 1&2 (Billing)": "billing_line1",
        "City (Billing)": "billing_city",
        "State Code (Billing)": "billing_region",
        "Postcode (Billing)": "billing_postcode",
        "Country Code (Billing)": "billing_country",
        "Email (Billing)": "email",
        "Phone (Billing)": "billing_phone",
        "Company (Shipping)": "shipping_company",
        "Address 1&2 (Shipping)": "shipping_line1",
        "City (Shipping)": "shipping_city",
        "State Code (Shipping)": "shipping_region",
        "Postcode (Shipping)": "shipping_postcode",
        "Country Code (Shipping)": "shipping_country",
        "Cart Discount Amount": "order_discount",
        "Coupon Code": "discount_reason",
        "Order Shipping Amount": "shipping_price",
        "Order Total Amount": "total",
        "Order Currency": "currency",
        "SKU": "sku",
        "Item Name": "name",
        "Quantity": "quantity",
        "Quantity (- Refund)": "quantity",
        "Item Cost": "unit_price",
    },
    extras={
        "First Name (Billing)": "~billing_first",
        "Last Name (Billing)": "~billing_last",
        "First Name (Shipping)": "~shipping_first",
        "Last Name (Shipping)": "~shipping_last",
    },
    steps=(
        CarryDown("external_reference"),
        Combine(("billing_name",), ("~billing_first", "~billing_last"), _name),
        Combine(("shipping_name",), ("~shipping_first", "~shipping_last"), _name),
        # The amounts of items, postage and discount are kept without tax.
        Derive("prices_include_tax", "external_reference", _net),
    ),
    group="external_reference",
)

MAGENTO = Shape(
    name="magento-orders",
    label="Magento",
    signature=("increment_id", "sku", "qty_ordered", "price"),
    columns={
        "increment_id": "external_reference",
        "created_at": "ordered_at",
        "status": "status",
        "customer_email": "email",
        "customer_id": "external_customer",
        "order_currency_code": "currency",
        "shipping_amount": "shipping_price",
        "coupon_code": "discount_reason",
        "grand_total": "total",
        "customer_note": "note",
        "country_id": "shipping_country",
        "postcode": "shipping_postcode",
        "city": "shipping_city",
        "street": "shipping_line1",
        "sku": "sku",
        "name": "name",
        "price": "unit_price",
        "discount_amount": "discount",
        "tax_percent": "tax_rate",
    },
    extras={
        "qty_ordered": "~pieces",
        "parent_item_id": "~parent",
        "customer_firstname": "~first",
        "customer_lastname": "~last",
    },
    steps=(
        CarryDown("external_reference"),
        Derive("quantity", "~pieces", _pieces),
        Combine(("billing_name",), ("~first", "~last"), _name),
        *(
            Derive(name, name, _without_zeros)
            for name in ("unit_price", "discount", "shipping_price", "total", "tax_rate")
        ),
        Derive("prices_include_tax", "external_reference", _net),
        Derive("~child", "~parent", _child),
        SkipRows("~child", {"yes": _CHILD}),
    ),
    group="external_reference",
)

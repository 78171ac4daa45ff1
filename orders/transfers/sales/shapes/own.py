"""Our own exports of orders: uploaded again they change nothing, whichever list they come from."""

from __future__ import annotations

from backoffice.kernel.transfers.shapes import Shape

_SAME = {name: name for name in ("number", "external_reference", "status", "email", "vat_id", "currency", "total")}

WITH_LINES = Shape(
    name="backoffice",
    label="Backoffice, orders with their lines",
    own=True,
    signature=("number", "external_reference", "ordered_at", "sku", "quantity", "unit_price"),
    columns={**_SAME, "ordered_at": "ordered_at", "sku": "sku", "quantity": "quantity", "unit_price": "unit_price"},
    # The template has these headings too. Its orders have a number elsewhere, ours have one of ours:
    # what the rows of either share is their moment.
    group="ordered_at",
)
# Amounts without tax of an order as a whole are derived: nothing that a file could say.
ORDERS_ONLY = Shape(
    name="backoffice-orders",
    label="Backoffice, orders",
    own=True,
    signature=("number", "external_reference", "placed_at", "fulfilment_status", "payment_status", "goods_net"),
    columns={
        **_SAME,
        "placed_at": "ordered_at",
        "ship_to_city": "shipping_city",
        "ship_to_country": "shipping_country",
    },
    group="number",
)
LINES_ONLY = Shape(
    name="backoffice-lines",
    label="Backoffice, order lines",
    own=True,
    signature=("order", "position", "sku", "quantity", "unit_price", "net_unit_price"),
    columns={
        "order": "number",
        "placed_at": "ordered_at",
        "order_status": "status",
        "currency": "currency",
        "seller": "seller",
        "sku": "sku",
        "name": "name",
        "quantity": "quantity",
        "unit_price": "unit_price",
        "discount": "discount",
        "tax_rate": "tax_rate",
    },
    group="number",
)

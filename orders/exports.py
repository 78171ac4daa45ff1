"""What of the orders leaves the house as a table."""

from __future__ import annotations

from django.db.models import F
from django.db.models.fields.json import KT, KeyTextTransform

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind, register_export
from orders.models import Order, OrderLine, Return, Shipment

ORDERS = ExportKind(
    name="orders",
    label="orders",
    model=Order,
    columns=(
        ExportColumn("number"),
        ExportColumn("external_reference"),
        ExportColumn("placed_at"),
        ExportColumn("status"),
        ExportColumn("fulfilment_status"),
        ExportColumn("payment_status"),
        ExportColumn("channel"),
        ExportColumn("email"),
        ExportColumn("buyer", "buyer_name"),
        ExportColumn("vat_id", label="VAT id"),
        ExportColumn("ship_to_name", KT("shipping_address__name"), kind="text"),
        ExportColumn("ship_to_city", KT("shipping_address__city"), kind="text"),
        ExportColumn("ship_to_country", KT("shipping_address__country"), kind="text"),
        ExportColumn("currency"),
        ExportColumn("goods_net", "lines_net"),
        ExportColumn("discount_net"),
        ExportColumn("shipping_net"),
        ExportColumn("tax", "tax_total"),
        ExportColumn("rounding"),
        ExportColumn("total"),
        ExportColumn("paid", "paid_total"),
        ExportColumn("external_customer", chosen=False),
        ExportColumn("settled_elsewhere", chosen=False),
        ExportColumn("language", chosen=False),
        ExportColumn("prices_include_tax", chosen=False),
        ExportColumn("shipping_price", chosen=False),
        ExportColumn("discount", chosen=False),
        ExportColumn("discount_reason", chosen=False),
        ExportColumn("bill_to_company", KT("billing_address__company"), kind="text", chosen=False),
        ExportColumn("bill_to_name", KT("billing_address__name"), kind="text", chosen=False),
        ExportColumn("bill_to_country", KT("billing_address__country"), kind="text", chosen=False),
        ExportColumn("customer_note", chosen=False),
        ExportColumn("created_at", chosen=False),
        ExportColumn("completed_at", chosen=False),
        ExportColumn("cancelled_at", chosen=False),
    ),
    filters={"seller": "lines__seller__code", "sku": "lines__sku", "country": "shipping_address__country"},
)

ORDER_LINES = ExportKind(
    name="order_lines",
    label="order lines",
    model=OrderLine,
    permission="orders.export_order",
    order_by=("order_id", "position", "pk"),
    columns=(
        ExportColumn("order", "order__number"),
        ExportColumn("position"),
        ExportColumn("placed_at", "order__placed_at"),
        ExportColumn("order_status", "order__status"),
        ExportColumn("seller", "seller__code"),
        ExportColumn("sku", label="SKU"),
        ExportColumn("name"),
        ExportColumn("quantity"),
        ExportColumn("currency", "order__currency"),
        ExportColumn("unit_price"),
        ExportColumn("discount"),
        ExportColumn("tax_category"),
        ExportColumn("tax_rate"),
        ExportColumn("net_unit_price"),
        ExportColumn("net"),
        ExportColumn("allocated"),
        ExportColumn("shipped"),
        ExportColumn("delivered"),
        ExportColumn("cancelled"),
        ExportColumn("returned"),
        ExportColumn("to_ship", F("quantity") - F("shipped") - F("cancelled"), kind="number"),
        ExportColumn("product", "variant__product__name", chosen=False),
        ExportColumn("barcode", "variant__barcode", chosen=False),
        ExportColumn("unit", "unit_code", chosen=False),
    ),
)

SHIPMENTS = ExportKind(
    name="shipments",
    label="shipments",
    model=Shipment,
    columns=(
        ExportColumn("number"),
        ExportColumn("order", "order__number"),
        ExportColumn("status"),
        ExportColumn("seller", "seller__code"),
        ExportColumn("carrier"),
        ExportColumn("tracking_number"),
        ExportColumn("shipped_at"),
        ExportColumn("delivered_at"),
        ExportColumn("ship_to_city", KeyTextTransform("city", "order__shipping_address"), kind="text"),
        ExportColumn("ship_to_country", KeyTextTransform("country", "order__shipping_address"), kind="text"),
    ),
)

RETURNS = ExportKind(
    name="returns",
    label="returns",
    model=Return,
    permission="orders.export_order",
    columns=(
        ExportColumn("number"),
        ExportColumn("order", "order__number"),
        ExportColumn("status"),
        ExportColumn("reason", "reason__code"),
        ExportColumn("note"),
        ExportColumn("created_at"),
        ExportColumn("received_at"),
        ExportColumn("completed_at"),
    ),
)


def register_exports() -> None:
    """Declare the exports of this app."""
    for kind in (ORDERS, ORDER_LINES, SHIPMENTS, RETURNS):
        register_export(kind)

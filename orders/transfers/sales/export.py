"""The export of orders with their lines, in the columns of the upload."""

from __future__ import annotations

from django.db.models.expressions import BaseExpression
from django.db.models.fields.json import KT

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind
from orders.models import Order
from orders.resources import OrderResource
from orders.transfers.sales.columns import BILLING, SHIPPING_TO, STORED_AS

# What is told of the order, and where it is found; the rest belongs to its lines.
_PATHS = {"number": "number", "external_reference": "external_reference", "ordered_at": "placed_at", "status": "status"}
_LINE_PATHS = {
    "sku": "lines__sku",
    "name": "lines__name",
    "quantity": "lines__quantity",
    "unit_price": "lines__unit_price",
    "discount": "lines__discount",
    "tax_rate": "lines__tax_rate",
    "seller": "lines__seller__code",
}


def order_columns() -> tuple[ExportColumn, ...]:
    """Return the columns of the upload, each with where it is found from an order."""
    addresses: dict[str, BaseExpression] = {
        **{name: KT(f"billing_address__{key}") for name, key in BILLING.items()},
        **{name: KT(f"shipping_address__{key}") for name, key in SHIPPING_TO.items()},
    }
    paths = {**_PATHS, **STORED_AS, **_LINE_PATHS}
    columns = []
    for name, column in OrderResource.by_field().items():
        if name in addresses:
            columns.append(ExportColumn(name, addresses[name], column.label, kind="text"))
        elif name in paths:
            columns.append(ExportColumn(name, paths[name], column.label))
    return tuple(columns)


ORDERS_WITH_LINES = ExportKind(
    name="orders_with_lines",
    label="orders with their lines, as the upload reads them",
    model=Order,
    columns=order_columns,
    order_by=("pk", "lines__position", "lines__pk"),
    filters={"seller": "lines__seller__code", "sku": "lines__sku", "country": "shipping_address__country"},
)

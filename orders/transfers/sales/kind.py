"""Orders as a kind of upload."""

from __future__ import annotations

from backoffice.kernel.transfers.kinds import Choice, TransferKind
from orders.resources import OrderResource
from orders.transfers.sales.service import OrderTransfer
from orders.transfers.sales.shapes import SHAPES

ORDERS_UPLOAD = TransferKind(
    name="orders",
    label="Orders",
    resource=OrderResource,
    key="external_reference",
    permission="orders.import_order",
    service=OrderTransfer,
    tables=(
        "accounts.SellerProfile",
        "products.Product",
        "products.Variant",
        "orders.Order",
        "orders.OrderLine",
        "orders.OrderNote",
        "orders.Return",
        "orders.ReturnLine",
    ),
    targets=("orders.Order", "orders.OrderLine", "orders.Return", "orders.ReturnLine", "orders.Order"),
    identifying=("external_reference", "number"),
    group="external_reference",
    shapes=SHAPES,
    choices=(
        Choice(
            name="orders_are",
            label="What these orders are",
            values={"past": "Past orders, delivered and paid elsewhere", "draft": "Open orders, to be placed here"},
            default="past",
            help="Past orders move no stock and ask for no payment. Drafts wait under “To place”, to be placed together.",
        ),
        Choice(
            name="unknown_sku",
            label="SKUs that are not in the catalogue",
            values={"reject": "Refuse the order", "create": "Make archived products of the house"},
            default="reject",
        ),
        Choice(
            name="prices",
            label="Prices in the file",
            values={"shop": "As the shop's prices", "gross": "With tax", "net": "Without tax"},
            default="shop",
            help="A column “Prices include tax” wins over this answer.",
        ),
    ),
    intro=(
        "A row is a line of an order; rows with the same order number are one order, which is taken in whole or not at "
        "all. Orders that are here already are compared and never changed. Documents that only take goods back become "
        "returns of their sales, or cancelled orders where the sale is not here."
    ),
)

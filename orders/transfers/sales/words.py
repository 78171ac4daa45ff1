"""What files say in words: how far an order is, what a row stands for."""

from __future__ import annotations

from orders.states import OrderStatus

# Words of files → status.
STATUSES: dict[str, str] = {
    "completed": "completed", "complete": "completed", "closed": "completed", "done": "completed",
    "delivered": "completed", "shipped": "completed", "fulfilled": "completed", "refunded": "completed",
    "abgeschlossen": "completed", "terminée": "completed",
    "cancelled": "cancelled", "canceled": "cancelled", "voided": "cancelled", "failed": "cancelled",
    "storniert": "cancelled", "annulée": "cancelled",
    "open": "open", "processing": "open", "on-hold": "open", "holded": "open", "placed": "open", "paid": "open",
    "new": "open", "unfulfilled": "open", "partial": "open", "offen": "open",
    "draft": "draft", "pending": "draft", "pending payment": "draft", "checkout-draft": "draft", "entwurf": "draft",
}  # fmt: skip
UNFINISHED = frozenset({OrderStatus.OPEN.value, OrderStatus.DRAFT.value})

GOODS, SHIPPING, DISCOUNT = "goods", "shipping", "discount"
ROW_TYPES: dict[str, str] = {
    "goods": GOODS, "item": GOODS, "line_item": GOODS, "line item": GOODS, "product": GOODS, "ware": GOODS,
    "shipping": SHIPPING, "postage": SHIPPING, "carriage": SHIPPING, "versand": SHIPPING,
    "discount": DISCOUNT, "coupon": DISCOUNT, "rabatt": DISCOUNT,
}  # fmt: skip

# What kind of document a group of rows is.
SALE, CANCELLED, RETURN, DRAFT = "sale", "cancelled", "return", "draft"

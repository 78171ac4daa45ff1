"""Whose goods were sold, and rows that join what does not belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backoffice.integrity.finding import Finding, invariant
from finance.models import PayoutLine, Refund
from orders.models import Allocation, OrderLine, ReturnLine, ShipmentLine
from products.models import Product, ProductImage


@invariant(10, "An order line names the seller of its goods at the time of sale; nothing joins two sellers")
def sellers() -> Iterator[Finding]:
    """Compare sellers of lines with the product's history, and joined rows with each other."""
    sold_by = (
        Product.history.filter(
            id=OuterRef("variant__product_id"),
            history_date__lte=Coalesce(OuterRef("order__placed_at"), OuterRef("created_at")),
        )
        .order_by("-history_id")
        .values("seller_id")[:1]
    )
    lines = (
        OrderLine.objects.annotate(seller_then=Subquery(sold_by))
        .exclude(seller_then__isnull=True)
        .exclude(seller_then=F("seller_id"))
        .order_by("pk")
    )
    for number, sku, named, owner in lines.values_list("order__number", "sku", "seller_id", "seller_then").iterator():
        yield Finding(
            f"order {number}",
            f"Line {sku} names seller {named}, but the product was seller {owner}'s when it was sold.",
        )
    for rows, name, subject, message in _joined():
        for label, detail in rows.order_by("pk").values_list(name, subject).iterator():
            yield Finding(*_told(message, label, detail))


def _joined() -> Iterator[tuple[QuerySet[Any], str, str, tuple[str, str]]]:
    """Yield rows that should not be there, the columns that name them, and how they are told."""
    parcels = ShipmentLine.objects.all()
    line = ("shipment__number", "order_line__sku")
    yield (
        parcels.filter(shipment__seller__isnull=False).exclude(order_line__seller=F("shipment__seller")),
        *line,
        ("shipment {}", "Line {} belongs to another seller."),
    )
    yield (
        parcels.exclude(order_line__order=F("shipment__order")),
        *line,
        ("shipment {}", "Line {} belongs to another order."),
    )
    yield (
        ReturnLine.objects.exclude(order_line__order=F("document__order")),
        "document__number",
        "order_line__sku",
        ("return {}", "Line {} belongs to another order."),
    )
    yield (
        Allocation.objects.exclude(stock__variant=F("line__variant")),
        "line__order__number",
        "line__sku",
        ("order {}", "Line {} was promised the stock of other goods."),
    )
    yield (
        PayoutLine.objects.exclude(order_line__seller=F("payout__seller")),
        "payout",
        "order_line__sku",
        ("payout {}", "Line {} belongs to another seller."),
    )
    yield (
        Refund.objects.filter(document__isnull=False).exclude(document__order=F("payment__order")),
        "pk",
        "document__number",
        ("refund {}", "It is for return {}, which is of another order than the payment."),
    )
    yield (
        ProductImage.objects.filter(variant__isnull=False).exclude(variant__product=F("product")),
        "pk",
        "variant__sku",
        ("image {}", "It shows {}, which belongs to another product."),
    )


def _told(message: tuple[str, str], label: object, detail: object) -> tuple[str, str]:
    return message[0].format(label), message[1].format(detail)

"""Orders and their money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from backoffice.integrity.finding import Finding, invariant
from finance.models import Payment, Refund
from finance.states import RefundState
from invoices.models import Invoice, InvoiceLine, TaxBreakdown
from orders.models import Order, OrderLine, ShipmentLine
from products.models import Product, ProductImage

_MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=16, decimal_places=2)
_NOTHING = Value(Decimal("0.00"), output_field=_MONEY)
# SQLite adds decimals as floating point; what is compared is exact to the cent after rounding.
_CENT = Decimal("0.01")


def _cents(amount: Decimal | None) -> Decimal:
    return (amount or Decimal(0)).quantize(_CENT)


def _sum_of(rows: object, key: str, amount: str) -> Coalesce:
    return Coalesce(
        Subquery(rows.values(key).annotate(sum=Sum(amount)).values("sum")[:1]),  # type: ignore[attr-defined]
        _NOTHING,
        output_field=_MONEY,
    )


@invariant(1, "An order's and an invoice's total is the sum of its parts")
def totals() -> Iterator[Finding]:
    """Compare totals with lines + shipping + tax − discount, to the minor unit."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by()
    orders = Order.objects.annotate(lines_sum=_sum_of(lines, "order", "net")).values_list(
        "number", "lines_sum", "lines_net", "shipping_net", "discount_net", "tax_total", "rounding", "total"
    )
    for number, lines_sum, lines_net, shipping, discount, tax, rounding, total in orders.iterator():
        if _cents(lines_sum) != _cents(lines_net):
            yield Finding(
                f"order {number}", f"The lines add up to {_cents(lines_sum)}, but {_cents(lines_net)} is stored."
            )
        parts = _cents(lines_net + shipping - discount + tax + rounding)
        if parts != _cents(total):
            yield Finding(f"order {number}", f"The parts add up to {parts}, but the total says {_cents(total)}.")
    yield from _invoice_totals()


def _invoice_totals() -> Iterator[Finding]:
    lines = InvoiceLine.objects.filter(invoice=OuterRef("pk")).order_by()
    groups = TaxBreakdown.objects.filter(invoice=OuterRef("pk")).order_by()
    documents: Any = Invoice.objects.annotate(
        lines_sum=_sum_of(lines, "invoice", "net"), tax_sum=_sum_of(groups, "invoice", "tax")
    )
    for document in documents.iterator():
        expected = {
            "net of the lines": (_cents(document.lines_sum), document.lines_net),
            "net": (_cents(document.lines_net - document.allowances_net + document.charges_net), document.net),
            "tax": (_cents(document.tax_sum), document.tax),
            "gross": (_cents(document.net + document.tax), document.gross),
            "amount due": (_cents(document.gross - document.prepaid + document.rounding), document.due),
        }
        for what, (parts, stored) in expected.items():
            if parts != _cents(stored):
                yield Finding(f"invoice {document}", f"The {what} should be {parts}, but {_cents(stored)} is stored.")


@invariant(2, "Settled payments less refunds are an order's paid amount; refunds stay within what was captured")
def payments() -> Iterator[Finding]:
    """Compare paid totals with payments, and refunds with captures."""
    captured = Payment.objects.filter(order=OuterRef("pk")).order_by()
    orders = (
        Order.objects.annotate(
            captured=_sum_of(captured, "order", "captured_amount"),
            refunded=_sum_of(captured, "order", "refunded_amount"),
        )
        .filter(Q(captured__gt=0) | ~Q(paid_total=0))
        .values_list("number", "captured", "refunded", "paid_total")
    )
    for number, received, given_back, paid in orders.iterator():
        if _cents(received) - _cents(given_back) != _cents(paid):
            yield Finding(
                f"order {number}",
                f"Received {_cents(received)} less refunded {_cents(given_back)} is not the paid amount {_cents(paid)}.",
            )
    refunds = Refund.objects.filter(payment=OuterRef("pk"), status=RefundState.SUCCEEDED).order_by()
    rows = Payment.objects.annotate(paid_back=_sum_of(refunds, "payment", "amount")).filter(
        ~Q(paid_back=F("refunded_amount")) | Q(refunded_amount__gt=F("captured_amount"))
    )
    for payment in rows.select_related("order").iterator():
        if _cents(payment.paid_back) != _cents(payment.refunded_amount):
            yield Finding(
                f"payment {payment.pk}",
                f"Refunds add up to {_cents(payment.paid_back)}, but {_cents(payment.refunded_amount)} is stored.",
            )
        if payment.refunded_amount > payment.captured_amount:
            yield Finding(
                f"payment {payment.pk}",
                f"{payment.refunded_amount} was refunded of {payment.captured_amount} received.",
            )


@invariant(10, "An order line names the seller of its goods at the time of sale; nothing joins two sellers")
def sellers() -> Iterator[Finding]:
    """Compare sellers of lines with the product's history, and of parcels with their lines."""
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
    )
    for line in lines.select_related("order").iterator():
        yield Finding(
            f"order {line.order}",
            f"Line {line.sku} names seller {line.seller_id}, but the product was seller {line.seller_then}'s when it was sold.",
        )
    foreign = ShipmentLine.objects.filter(shipment__seller__isnull=False).exclude(
        order_line__seller=F("shipment__seller")
    )
    for parcel in foreign.select_related("shipment", "order_line").iterator():
        yield Finding(f"shipment {parcel.shipment}", f"Line {parcel.order_line.sku} belongs to another seller.")
    mixed = ShipmentLine.objects.exclude(order_line__order=F("shipment__order"))
    for parcel in mixed.select_related("shipment", "order_line").iterator():
        yield Finding(f"shipment {parcel.shipment}", f"Line {parcel.order_line.sku} belongs to another order.")
    pictures = ProductImage.objects.filter(variant__isnull=False).exclude(variant__product=F("product"))
    for picture in pictures.iterator():
        yield Finding(f"image {picture.pk}", "The picture's variant belongs to another product.")

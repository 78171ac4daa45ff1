"""Orders, invoices and payments: totals and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Abs, Round

from backoffice.integrity.amounts import HALF_A_CENT, MONEY, cents, sum_of, unequal
from backoffice.integrity.finding import Finding, invariant
from backoffice.kernel.money import minor_unit
from finance.models import Payment, PaymentEvent, Refund
from finance.states import RefundState
from invoices.models import Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown
from orders.models import Order, OrderLine


@invariant(1, "An order's and an invoice's total is the sum of its parts, in whole units of its currency")
def totals() -> Iterator[Finding]:
    """Compare totals with lines + shipping + tax − discount, to the minor unit."""
    orders = Order.objects.all()
    lines = sum_of(OrderLine.objects.all(), "order", "net")
    for number, parts, stored in unequal(orders, "number", "lines_net", lines):
        yield Finding(f"order {number}", f"The lines add up to {parts}, but {stored} is stored.")
    whole = F("lines_net") + F("shipping_net") - F("discount_net") + F("tax_total") + F("rounding")
    for number, parts, stored in unequal(orders, "number", "total", whole):
        yield Finding(f"order {number}", f"The parts add up to {parts}, but the total says {stored}.")
    yield from _not_whole(orders, "total", "order", "number")
    yield from _invoice_totals()


def _invoice_totals() -> Iterator[Finding]:
    documents = Invoice.objects.all()
    adjustments = InvoiceAdjustment.objects.all()
    groups = TaxBreakdown.objects.all()
    equations: tuple[tuple[str, str, Any], ...] = (
        ("net of the lines", "lines_net", sum_of(InvoiceLine.objects.all(), "invoice", "net")),
        ("discounts", "allowances_net", sum_of(adjustments.filter(is_charge=False), "invoice", "net")),
        ("charges", "charges_net", sum_of(adjustments.filter(is_charge=True), "invoice", "net")),
        ("net", "net", F("lines_net") - F("allowances_net") + F("charges_net")),
        ("taxable amount", "net", sum_of(groups, "invoice", "taxable")),
        ("tax", "tax", sum_of(groups, "invoice", "tax")),
        ("gross", "gross", F("net") + F("tax")),
        ("amount due", "due", F("gross") - F("prepaid") + F("rounding")),
    )
    for what, stored, parts in equations:
        for pk, expected, found in unequal(documents, "pk", stored, parts):
            yield Finding(_invoice(pk), f"The {what} should be {expected}, but {found} is stored.")
    yield from _not_whole(documents, "due", "invoice", "number")


def _invoice(pk: int) -> str:
    return f"invoice {Invoice.objects.get(pk=pk)}"


def _not_whole(rows: QuerySet[Any], amount: str, noun: str, name: str) -> Iterator[Finding]:
    """Yield amounts with cents in currencies that have none."""
    for currency in rows.order_by().values_list("currency", flat=True).distinct():
        if minor_unit(currency) != 1:
            continue
        broken = rows.filter(currency=currency).annotate(_rest=Abs(F(amount) - Round(F(amount))))
        for label, found in broken.filter(_rest__gt=HALF_A_CENT).order_by("pk").values_list(name, amount).iterator():
            yield Finding(f"{noun} {label}", f"{found} is no whole number of {currency}.")


@invariant(2, "Settled payments less refunds are an order's paid amount; refunds stay within what was captured")
def payments() -> Iterator[Finding]:
    """Compare paid totals with payments, payments with their audit, and refunds with captures."""
    received = sum_of(Payment.objects.all(), "order", "captured_amount")
    given_back = sum_of(Payment.objects.all(), "order", "refunded_amount")
    for number, parts, stored in unequal(Order.objects.all(), "number", "paid_total", received - given_back):
        yield Finding(f"order {number}", f"Received less refunded is {parts}, but {stored} is stored as paid.")
    rows = Payment.objects.all()
    refunds = sum_of(Refund.objects.filter(status=RefundState.SUCCEEDED), "payment", "amount")
    for pk, parts, stored in unequal(rows, "pk", "refunded_amount", refunds):
        yield Finding(f"payment {pk}", f"Refunds add up to {parts}, but {stored} is stored.")
    over = rows.filter(refunded_amount__gt=F("captured_amount")).order_by("pk")
    for pk, refunded, captured in over.values_list("pk", "refunded_amount", "captured_amount").iterator():
        yield Finding(f"payment {pk}", f"{cents(refunded)} was refunded of {cents(captured)} received.")
    yield from _payments_and_audit()


def _payments_and_audit() -> Iterator[Finding]:
    """Compare each payment with what its own events say."""
    signed = Case(
        When(kind__in=["settle", "capture"], then=F("amount")),
        When(kind="unsettle", then=-F("amount")),
        default=Value(0),
        output_field=MONEY,
    )
    captured = sum_of(PaymentEvent.objects.all(), "payment", signed)
    for pk, parts, stored in unequal(Payment.objects.all(), "pk", "captured_amount", captured):
        yield Finding(f"payment {pk}", f"Its events received {parts}, but {stored} is stored.")
    last = PaymentEvent.objects.filter(payment=OuterRef("pk")).order_by("-sequence").values("target_status")[:1]
    rows = Payment.objects.annotate(last=Subquery(last)).filter(Q(last__isnull=True) | ~Q(last=F("status")))
    for pk, status, told in rows.order_by("pk").values_list("pk", "status", "last").iterator():
        message = f"It is {status}, but its last event left it {told}." if told else "It has no event at all."
        yield Finding(f"payment {pk}", message)

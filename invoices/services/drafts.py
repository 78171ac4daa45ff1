"""Drafts of invoices: an order, written down as a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from backoffice.kernel.document_math import Document, TaxGroup
from backoffice.kernel.history.bulk import bulk_delete, bulk_insert
from backoffice.kernel.keyed import row_get, rows_kept
from finance.models import MethodKind, Payment
from finance.states import PaymentState
from invoices.exceptions import InvoiceRefused
from invoices.exemptions import exemption_text
from invoices.models import (
    AdjustmentKind,
    DocumentKind,
    Invoice,
    InvoiceAdjustment,
    InvoiceLine,
    Issuer,
    TaxBreakdown,
)
from invoices.models.invoice import refuse_if_issued
from invoices.services.parties import buyer_copy, delivery_copy, seller_copy
from invoices.states import InvoiceStatus
from orders.models import Order, OrderLine
from orders.selectors.documents import order_document
from orders.states import OrderStatus, ShipmentStatus
from products.models import TaxRate, Variant

# UNTDID 4461 (BT-81) of each kind of payment method; a SEPA transfer is told from others by its currency.
_MEANS = {
    MethodKind.TRANSFER: "30",
    MethodKind.CARD: "48",
    MethodKind.WALLET: "68",
    MethodKind.DIRECT_DEBIT: "59",
    MethodKind.CASH_ON_DELIVERY: "10",
    MethodKind.CASH: "10",
}
_SEPA_TRANSFER = "58"
_UNDEFINED = "1"
# Payments in these states bring no money.
_DEAD = (PaymentState.CANCELLED, PaymentState.FAILED)


def issuer_default() -> Issuer:
    """Return the legal entity that issues the shop's invoices.

    Raises:
        InvoiceRefused: none has been entered.
    """
    # A shop has one legal entity, or a few.
    issuer = next((row for row in rows_kept(Issuer, {}) if row.is_default), None)
    if issuer is None:
        raise InvoiceRefused("No issuer is set up yet: enter the shop's legal data under Invoices, Issuers.")
    return issuer


@transaction.atomic
def invoice_draft_for_order(*, order: Order, issuer: Issuer | None = None) -> Invoice:
    """Write an order down as a draft invoice: parties, lines, discounts, tax, language, payment means.

    All amounts come from the order by the arithmetic of EN 16931; nothing is rounded anew.

    Args:
        order: a placed order.
        issuer: who issues; the default issuer where None.

    Returns:
        The draft, or the order's live invoice where it has one already.

    Raises:
        InvoiceRefused: the order is not placed, or there is no issuer.
    """
    locked = row_get(Order, order.pk, lock="no_key")
    invoices = rows_kept(Invoice, {"order_id": locked.pk, "kind": DocumentKind.INVOICE}, order_by=("-pk",))
    live = next((invoice for invoice in invoices if invoice.status != InvoiceStatus.CREDITED), None)
    if live is not None:
        return live
    if locked.status not in {OrderStatus.OPEN, OrderStatus.COMPLETED}:
        raise InvoiceRefused(
            f"Order {locked} is {locked.get_status_display().lower()}; only placed orders are invoiced."
        )
    issuer = issuer or issuer_default()
    lines = rows_kept(OrderLine, {"order_id": locked.pk}, order_by=("position", "pk"))
    document = order_document(locked, lines)
    if document.payable != locked.total:
        raise InvoiceRefused(f"Order {locked} says {locked.total}, but its parts make {document.payable}.")
    draft = _draft(locked, issuer, document)
    _lines_create(draft, lines, document)
    adjustments_create(draft, document)
    breakdown_create(draft, document, given=_reasons(locked, lines))
    return draft


@transaction.atomic
def invoice_draft_discard(*, invoice: Invoice) -> None:
    """Delete a draft with its rows; the histories of all of them stay.

    Raises:
        DocumentIssued: it has been issued.
    """
    locked = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    refuse_if_issued(locked.pk)
    for part in (InvoiceLine, InvoiceAdjustment, TaxBreakdown):
        bulk_delete(part, list(part.objects.filter(invoice=locked).values_list("pk", flat=True)))
    locked.delete()


def _draft(order: Order, issuer: Issuer, document: Document) -> Invoice:
    payments = rows_kept(Payment, {"order_id": order.pk}, order_by=("-pk",))
    payment = next((item for item in payments if item.status not in _DEAD), None)
    return Invoice.objects.create(
        kind=DocumentKind.INVOICE,
        issuer=issuer,
        order=order,
        order_number=order.number,
        ordered_on=timezone.localdate(order.placed_at) if order.placed_at else None,
        currency=order.currency,
        language=order.language,
        delivered_on=_delivered_on(order),
        due_on=payment.due_on if payment else None,
        payment_method=payment.method.name if payment else "",
        payment_means_code=_means_code(payment),
        seller_snapshot=seller_copy(issuer),
        buyer_snapshot=buyer_copy(order),
        delivery_snapshot=delivery_copy(order),
        due=document.payable,
        **totals_of(document),
    )


def totals_of(document: Document) -> dict[str, object]:
    """Return a computed document's totals as the columns that keep them."""
    names = ("lines_net", "allowances_net", "charges_net", "net", "tax", "gross", "rounding")
    return {name: getattr(document, name) for name in names}


def _means_code(payment: Payment | None) -> str:
    if payment is None:
        return _UNDEFINED
    kind = MethodKind(payment.method.kind)
    return _SEPA_TRANSFER if kind is MethodKind.TRANSFER and payment.currency == "EUR" else _MEANS[kind]


def _delivered_on(order: Order) -> dt.date | None:
    """Return the day on which the last of the goods left; None before any did."""
    shipped = order.shipments.filter(status__in=[ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED])
    last = shipped.aggregate(last=Max("shipped_at"))["last"]
    return timezone.localdate(last) if last else None


def _lines_create(draft: Invoice, lines: Sequence[OrderLine], document: Document) -> None:
    columns = [
        *("invoice", "order_line", "position", "sku", "name", "quantity", "unit_code"),
        *("unit_price_net", "allowance_net", "net", "tax_category", "tax_rate"),
    ]
    rows = [
        [
            *(draft.pk, line.pk, position, line.sku, line.name, net.quantity, line.unit_code),
            *(net.net_unit_price, net.discount_net, net.net, net.tax.category, net.tax.rate),
        ]
        for position, (line, net) in enumerate(zip(lines, document.lines, strict=True), start=1)
    ]
    bulk_insert(InvoiceLine, columns, rows)


def adjustments_create(draft: Invoice, document: Document) -> None:
    """Write a computed document's discounts and charges down."""
    allowances = [(AdjustmentKind.DISCOUNT, False, item) for item in document.allowances]
    charges = [(AdjustmentKind.SHIPPING, True, item) for item in document.charges]
    if not (allowances or charges):
        return
    bulk_insert(
        InvoiceAdjustment,
        ["invoice", "position", "kind", "is_charge", "reason", "net", "tax_category", "tax_rate"],
        [
            (draft.pk, position, kind.value, is_charge, item.reason, item.net, item.tax.category, item.tax.rate)
            for position, (kind, is_charge, item) in enumerate([*allowances, *charges], start=1)
        ],
    )


def breakdown_create(draft: Invoice, document: Document, *, given: Mapping[str, str]) -> None:
    """Write a computed document's tax groups down.

    Args:
        draft: the document.
        document: the computation.
        given: exemption reasons by category, where there are better ones than the standard texts.
    """
    bulk_insert(
        TaxBreakdown,
        ["invoice", "category", "rate", "taxable", "tax", "exemption_reason"],
        [
            (draft.pk, group.tax.category, group.tax.rate, group.taxable, group.amount, _reason(draft, group, given))
            for group in document.groups
        ],
    )


def _reason(draft: Invoice, group: TaxGroup, given: Mapping[str, str]) -> str:
    category = group.tax.category
    return exemption_text(category=category, language=draft.language, given=given.get(category, ""))


def _reasons(order: Order, lines: Iterable[OrderLine]) -> dict[str, str]:
    """Return the exemption reasons that stand with the goods' tax rates, by category."""
    exempt = {line.variant_id for line in lines if line.tax_category == "E"}
    if not exempt:
        return {}
    classes = Variant.objects.filter(pk__in=exempt).order_by().values("product__tax_class")
    country = order.shipping_address.get("country", "")
    rates = TaxRate.objects.filter(tax_class__in=classes, category="E").exclude(exemption_reason="")
    chosen = rates.filter(country=country).order_by("-valid_from").first() or rates.order_by("-valid_from").first()
    return {"E": chosen.exemption_reason} if chosen else {}

"""A document as its page shows it."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html

from backoffice.kernel.money import ZERO
from finance.admin.display import amount, day, link, moment, page_url
from invoices.admin.display import kind_badge, pdf_link, status_badge
from invoices.models import DocumentKind, Invoice
from orders.admin.display import address_lines, money, stacked


def document_shown(invoice: Invoice, user: Any) -> dict[str, Any]:
    """Return what the page's template shows of a document.

    Args:
        invoice: the document.
        user: who looks; links lead only where the user may go.
    """
    return {
        "kind": kind_badge(invoice),
        "status": status_badge(invoice),
        "pdf": pdf_link(invoice),
        "seller": _party(invoice.seller_snapshot),
        "buyer": _party(invoice.buyer_snapshot),
        "facts": _facts(invoice, user),
        "note": invoice.note,
        "lines": _lines(invoice),
        "totals": _totals(invoice),
        "groups": _groups(invoice),
        "credit_notes": _credit_notes(invoice),
        "hash": invoice.content_hash,
        "previous_hash": invoice.previous_hash,
        "pdf_hash": invoice.pdf.digest if invoice.pdf else "",
    }


def _party(data: dict[str, Any]) -> Any:
    vat_id = data.get("vat_id", "")
    return stacked([*address_lines(data), *([f"VAT id {vat_id}"] if vat_id else [])])


def _facts(invoice: Invoice, user: Any) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [("Date", day(invoice.issued_on))]
    if invoice.kind == DocumentKind.INVOICE:
        facts += [("Delivered", day(invoice.delivered_on)), ("Due", day(invoice.due_on))]
    else:
        facts += [("Credits", link(user, invoice.corrects))]
        facts += [("Refund", link(user, invoice.refund))] if invoice.refund else []
        facts += [("Return", link(user, invoice.returned))] if invoice.returned else []
    return [
        *facts,
        ("Order", link(user, invoice.order) if invoice.order else invoice.order_number),
        ("Payment", invoice.payment_method),
        ("Language", invoice.get_language_display()),
        ("Issued", moment(invoice.issued_at)),
    ]


def _lines(invoice: Invoice) -> list[dict[str, Any]]:
    return [
        {
            "position": line.position,
            "name": line.name,
            "sku": line.sku,
            "quantity": f"{line.quantity.normalize():f}",
            "price": f"{line.unit_price_net:.4f}",
            "allowance": amount(-line.allowance_net, invoice.currency),
            "tax": f"{line.tax_category} {line.tax_rate.normalize():f} %",
            "net": money(line.net, invoice.currency),
        }
        for line in sorted(invoice.lines.all(), key=lambda line: line.position)
    ]


def _totals(invoice: Invoice) -> list[tuple[str, Any, bool]]:
    currency = invoice.currency
    rows: list[tuple[str, Any, bool]] = [("Lines, net", money(invoice.lines_net, currency), False)]
    for item in sorted(invoice.adjustments.all(), key=lambda item: item.position):
        sign = 1 if item.is_charge else -1
        text = f"{item.reason or item.get_kind_display()} ({item.tax_rate.normalize():f} % tax)"
        rows.append((text, money(sign * item.net, currency), False))
    rows += [
        ("Net", money(invoice.net, currency), False),
        ("Tax", money(invoice.tax, currency), False),
        ("Total", money(invoice.gross, currency), True),
    ]
    rows += [("Rounding", money(invoice.rounding, currency), False)] if invoice.rounding else []
    rows += [("Paid before", money(-invoice.prepaid, currency), False)] if invoice.prepaid else []
    if invoice.rounding or invoice.prepaid != ZERO:
        rows.append(("Due", money(invoice.due, currency), True))
    return rows


def _groups(invoice: Invoice) -> list[dict[str, Any]]:
    return [
        {
            "category": group.category,
            "rate": f"{group.rate.normalize():f}",
            "taxable": money(group.taxable, invoice.currency),
            "tax": money(group.tax, invoice.currency),
            "reason": group.exemption_reason,
        }
        for group in sorted(invoice.tax_breakdown.all(), key=lambda group: (-group.rate, group.category))
    ]


def _credit_notes(invoice: Invoice) -> list[dict[str, Any]]:
    return [
        {
            # Whoever sees an invoice sees its credit notes: they are of the same order.
            "number": format_html('<a href="{}">{}</a>', page_url(note), str(note)),
            "date": day(note.issued_on),
            "reason": note.note,
            "amount": money(note.payable, note.currency),
            "pdf": pdf_link(note),
        }
        for note in invoice.credit_notes.issued().order_by("pk")
    ]

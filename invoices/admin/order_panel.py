"""The documents of an order, on the order's page."""

from __future__ import annotations

from django.http import HttpRequest

from backoffice.kernel.scope.rules import visible
from finance.admin.display import amount, day, page_url
from invoices.admin.display import kind_badge, pdf_link, status_badge
from invoices.models import Invoice
from invoices.selectors.ledger import sign_of
from orders.admin.panels import Panel, register_panel
from orders.models import Order


@register_panel
def documents_panel(request: HttpRequest, order: Order) -> Panel | None:
    """Show an order's invoices and credit notes, with their PDFs."""
    if not request.user.has_perm("invoices.view_invoice"):
        return None
    rows = [
        {
            "url": page_url(document),
            "number": str(document),
            "kind": kind_badge(document),
            "status": status_badge(document),
            "issued_on": day(document.issued_on),
            "total": amount(sign_of(document) * document.payable, document.currency),
            "pdf": pdf_link(document),
        }
        for document in visible(Invoice.objects.filter(order=order), request.user).order_by("pk")
    ]
    return Panel("Documents", "admin/invoices/order_documents.html", {"rows": rows}, position=50) if rows else None

"""A customer's documents, on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import CustomerProfile
from backoffice.kernel.admin.panels import Cell, Panel, register_panel, table_panel
from backoffice.kernel.scope.rules import visible
from finance.admin.display import page_url
from invoices.models import Invoice
from invoices.selectors.ledger import sign_of
from orders.admin.display import EMPTY, money

SHOWN = 10


@register_panel("accounts.CustomerProfile")
def customer_documents_panel(request: HttpRequest, customer: CustomerProfile) -> Panel | None:
    """List the latest invoices and credit notes of a customer."""
    if not request.user.has_perm("invoices.view_invoice"):
        return None
    documents = visible(Invoice.objects.issued().filter(order__customer=customer.user_id), request.user)
    rows = [
        [
            Cell(str(document), page_url(document)),
            Cell(document.get_kind_display()),
            Cell(document.get_status_display()),
            Cell(document.issued_on.isoformat() if document.issued_on else EMPTY),
            Cell(document.order_number),
            Cell(money(sign_of(document) * document.payable, document.currency), is_amount=True),
        ]
        for document in documents.order_by("-pk")[:SHOWN]
    ]
    return table_panel(
        "Documents",
        columns=["Number", "Kind", "Status", "Date", "Order", "Total"],
        rows=rows,
        all_url=f"{reverse('admin:invoices_invoice_changelist')}?{urlencode({'q': customer.user.email})}",
        empty="No documents yet.",
        position=30,
    )

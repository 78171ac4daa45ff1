"""The admin of the invoices app."""

from invoices.admin.customer_panel import customer_documents_panel
from invoices.admin.invoice import InvoiceAdmin
from invoices.admin.issuer import IssuerAdmin
from invoices.admin.order_panel import documents_panel

__all__ = ["InvoiceAdmin", "IssuerAdmin", "customer_documents_panel", "documents_panel"]

"""Models of the invoices app."""

from invoices.models.invoice import DocumentKind, Invoice, InvoiceLine, TaxBreakdown
from invoices.models.issuer import Issuer, IssuePolicy, Series

__all__ = ["DocumentKind", "Invoice", "InvoiceLine", "IssuePolicy", "Issuer", "Series", "TaxBreakdown"]

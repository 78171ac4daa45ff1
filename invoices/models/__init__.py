"""Models of the invoices app."""

from invoices.models.invoice import DocumentKind, Invoice
from invoices.models.issuer import IssuePolicy, Issuer, Series
from invoices.models.parts import AdjustmentKind, DocumentPart, InvoiceAdjustment, InvoiceLine, TaxBreakdown

__all__ = [
    "AdjustmentKind",
    "DocumentKind",
    "DocumentPart",
    "Invoice",
    "InvoiceAdjustment",
    "InvoiceLine",
    "IssuePolicy",
    "Issuer",
    "Series",
    "TaxBreakdown",
]

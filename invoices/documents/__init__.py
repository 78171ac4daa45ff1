"""Invoices and credit notes on paper.

``render_invoice`` writes the PDF of a frozen snapshot; ``check_document`` reads a PDF's text and
recomputes every amount on it.
"""

from invoices.documents.checking import Discrepancy, check_document, document_text
from invoices.documents.printable import require_printable
from invoices.documents.render import render_invoice

__all__ = ["Discrepancy", "check_document", "document_text", "render_invoice", "require_printable"]

"""Why invoicing refuses. Each message is written for the person who reads it."""

from __future__ import annotations

from backoffice.kernel.refusals import Refused


class InvoiceRefused(Refused):
    """A document cannot be made or issued; nothing was changed."""


class CreditRefused(InvoiceRefused):
    """More would be credited than was invoiced, or there is nothing to credit."""


class DocumentIssued(InvoiceRefused):
    """The content of an issued document was about to change."""

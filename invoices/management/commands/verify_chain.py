"""Prove that issued documents and the payment audit are what was written."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from backoffice.kernel.commands import AuditedCommand
from finance.models import PaymentEvent
from finance.selectors import payment_chain_findings
from invoices.models import Invoice
from invoices.selectors.chain import file_findings, invoice_chain_findings


class Command(AuditedCommand):
    """Walk both chains of hashes; the exit code is not zero where one does not hold."""

    help = "Verify the hash chains of issued documents and of payment events: edits, deletions and reordering show."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the check of the files."""
        super().add_arguments(parser)
        parser.add_argument("--files", action="store_true", help="Hash the stored PDFs too.")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Verify, and tell what was looked at and what was found."""
        findings = [*payment_chain_findings(), *invoice_chain_findings()]
        if options["files"]:
            findings += file_findings()
        return {
            "payment_events": PaymentEvent.objects.count(),
            "documents": Invoice.objects.issued().count(),
            "findings": [{"subject": item.subject, "message": item.message} for item in findings],
        }

    def failure(self, result: dict[str, Any]) -> str:
        """Fail where something was found."""
        return f"{len(result['findings'])} findings." if result["findings"] else ""

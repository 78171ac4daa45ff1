"""Issue the invoices that are due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from backoffice.kernel.commands import AuditedCommand
from invoices.exceptions import InvoiceRefused
from invoices.services.drafts import issuer_default
from invoices.services.following import invoices_issue_awaiting, invoices_issue_for_numbers
from invoices.services.standing import invoices_mark_overdue


class Command(AuditedCommand):
    """Issue the invoices of the orders named, or of all orders for which the issuer's policy says it is time."""

    help = "Issue the invoices that are due by the issuer's policy, or those of given orders; mark overdue ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the choice of orders."""
        super().add_arguments(parser)
        parser.add_argument("--order", action="append", metavar="NUMBER", help="Only this order, whatever the policy.")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Issue, and tell what was issued and what was refused."""
        try:
            issuer = issuer_default()
        except InvoiceRefused as error:
            raise CommandError(str(error)) from error
        numbers = options["order"]
        result = invoices_issue_for_numbers(numbers=numbers) if numbers else invoices_issue_awaiting(issuer=issuer)
        return {
            "issued": [invoice.number for invoice in result.invoices],
            "refused": [{"order": subject, "reason": reason} for subject, reason in result.refused],
            "overdue": len(invoices_mark_overdue()),
        }

    def failure(self, result: dict[str, Any]) -> str:
        """Fail where something was refused."""
        return f"{len(result['refused'])} invoices were refused." if result["refused"] else ""

"""Verify from the database that the books, the stock and the history are whole."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from backoffice.integrity import CHECKS, Report, integrity_check
from backoffice.kernel.commands import AuditedCommand


class Command(AuditedCommand):
    """Check every invariant; the exit code is not zero where one is broken."""

    help = "Verify from the database that the books, the stock and the history are whole."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the choice of invariants."""
        super().add_arguments(parser)
        parser.add_argument("--only", type=int, action="append", metavar="N", help="Check only this invariant.")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Check and describe."""
        self.report: Report = integrity_check(options["only"])
        return {
            "broken": self.report.broken,
            "invariants": [
                {
                    "number": number,
                    "title": CHECKS[number].title,
                    "findings": [{"subject": item.subject, "message": item.message} for item in findings],
                }
                for number, findings in self.report.findings.items()
            ],
        }

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, then fail where something is broken."""
        super().handle(*args, **options)
        if self.report.broken:
            raise CommandError(f"{self.report.broken} findings.", returncode=1)

    def print_result(self, result: dict[str, Any]) -> None:
        """Print a line per invariant, and its findings below."""
        for item in result["invariants"]:
            state = "holds" if not item["findings"] else f"BROKEN ({len(item['findings'])})"
            self.stdout.write(f"{item['number']:>2}  {state:<12} {item['title']}")
            for finding in item["findings"]:
                self.stdout.write(f"      {finding['subject']}: {finding['message']}")

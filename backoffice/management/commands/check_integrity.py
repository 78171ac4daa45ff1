"""Verify from the database that the books, the stock and the history are whole."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from backoffice.integrity import UnknownInvariant, integrity_check, invariants
from backoffice.kernel.commands import AuditedCommand


class Command(AuditedCommand):
    """Check every invariant; the exit code is not zero where one is broken."""

    help = "Verify from the database that the books, the stock and the history are whole."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the choice of invariants."""
        super().add_arguments(parser)
        parser.add_argument(
            "--only", type=int, action="append", metavar="N", help="Check only this invariant; may be repeated."
        )

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Check, and describe each invariant with what was found."""
        try:
            report = integrity_check(options["only"])
        except UnknownInvariant as error:
            raise CommandError(str(error)) from error
        titles = {number: item.title for number, item in invariants().items()}
        return {
            "broken": report.broken,
            "invariants": [
                {
                    "number": number,
                    "title": titles[number],
                    "findings": [{"subject": item.subject, "message": item.message} for item in findings],
                    "more": number in report.cut,
                }
                for number, findings in report.findings.items()
            ],
        }

    def failure(self, result: dict[str, Any]) -> str:
        """Fail where an invariant is broken."""
        if not result["broken"]:
            return ""
        more = any(item["more"] for item in result["invariants"])
        return f"{result['broken']}{' or more' if more else ''} findings."

    def print_result(self, result: dict[str, Any]) -> None:
        """Print a line per invariant, and its findings below."""
        for item in result["invariants"]:
            count = f"{len(item['findings'])}{'+' if item['more'] else ''}"
            state = f"BROKEN ({count})" if item["findings"] else "holds"
            self.stdout.write(f"{item['number']:>2}  {state:<13} {item['title']}")
            for finding in item["findings"]:
                self.stdout.write(f"      {finding['subject']}: {finding['message']}")

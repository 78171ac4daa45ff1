"""Render the PDFs that are missing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from backoffice.kernel.commands import AuditedCommand
from invoices.services.rendering import invoices_render_missing


class Command(AuditedCommand):
    """Render each issued document that has no PDF yet; those that have one keep it."""

    help = "Render the PDF of each issued document that has none yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add a limit."""
        super().add_arguments(parser)
        parser.add_argument("--limit", type=int, metavar="N", help="At most this many.")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Render, and tell how many there were and which failed."""
        result = invoices_render_missing(limit=options["limit"])
        return {"rendered": result.rendered, "failed": [{"number": n, "reason": why} for n, why in result.failed]}

    def failure(self, result: dict[str, Any]) -> str:
        """Fail where a document could not be rendered."""
        return f"{len(result['failed'])} documents could not be rendered." if result["failed"] else ""

"""Export issued invoices and credit notes to one file."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from backoffice.kernel.commands import AuditedCommand
from invoices.exceptions import InvoiceRefused
from invoices.selectors.ledger import documents_issued
from invoices.services.exporting import FORMATS, documents_export


class Command(AuditedCommand):
    """Write the documents of a period as merged PDF, ZIP with a manifest, CSV or XLSX."""

    help = "Export issued invoices and credit notes: merged PDF, ZIP with a manifest, CSV or XLSX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add format, target and period."""
        super().add_arguments(parser)
        parser.add_argument("--format", choices=sorted(FORMATS), required=True, dest="file_format")
        parser.add_argument("--out", type=Path, required=True, metavar="PATH")
        parser.add_argument("--from", type=dt.date.fromisoformat, dest="date_from", metavar="YYYY-MM-DD")
        parser.add_argument("--to", type=dt.date.fromisoformat, dest="date_to", metavar="YYYY-MM-DD")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Export, and tell what was written and what it adds up to."""
        documents = documents_issued(date_from=options["date_from"], date_to=options["date_to"])
        path: Path = options["out"]
        if not path.parent.is_dir():
            raise CommandError(f"There is no folder {path.parent}.")
        try:
            totals = documents_export(documents=documents, file_format=options["file_format"], path=path)
        except InvoiceRefused as error:
            raise CommandError(str(error)) from error
        return {"file": str(path), "bytes": path.stat().st_size, **totals.as_text(), "ties_to_ledger": True}

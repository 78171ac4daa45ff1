"""Write an export to a file: the same rows, columns and rights as in the admin."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from backoffice.kernel.commands import AuditedCommand
from backoffice.kernel.transfers.exports import ExportKind, ExportRefused, UnknownExport, export_kind, export_stream
from backoffice.kernel.transfers.exports.query import export_queryset, filtered
from backoffice.kernel.transfers.models import Export


class Command(AuditedCommand):
    """Export rows of one kind as CSV or XLSX."""

    help = "Export rows. The format follows the file's name: .csv or .xlsx."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what to export, and where to."""
        super().add_arguments(parser)
        parser.add_argument("kind", help="What to export, for example products.")
        parser.add_argument("--out", type=Path, required=True, metavar="PATH", help="File ending in .csv or .xlsx.")
        parser.add_argument("--columns", default="", metavar="A,B", help="Columns in their order; all where left out.")
        parser.add_argument("--filter", action="append", default=[], metavar="FIELD=VALUE", help="Narrow the rows.")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Write the file. It appears when it is whole; until then an older one stays."""
        out: Path = options["out"]
        try:
            kind = _permitted(options["kind"], user)
            conditions = dict(_pair(item) for item in options["filter"])
            pieces = export_stream(
                kind=kind,
                rows=filtered(kind, export_queryset(kind, user), conditions),
                columns=[name.strip() for name in options["columns"].split(",") if name.strip()],
                file_format=out.suffix.lower().lstrip("."),
                user=user,
                source="command:export",
                filters=conditions,
            )
        except (ExportRefused, UnknownExport, ValueError) as error:
            raise CommandError(str(error)) from error
        _write(out, pieces)
        log = Export.objects.filter(kind=kind.name).latest("pk")
        return {"kind": kind.name, "file": str(out), "rows": log.rows, "columns": log.columns, "seconds": log.seconds}


def _permitted(name: str, user: Any) -> ExportKind:
    kind = export_kind(name)
    if user is not None and not user.has_perm(kind.needed_permission):
        raise CommandError(f"{user} may not export {kind.label.lower()}.")
    return kind


def _pair(text: str) -> tuple[str, str]:
    field, sign, value = text.partition("=")
    if not sign:
        raise CommandError(f"“{text}” is not FIELD=VALUE.")
    return field.strip(), value


def _write(out: Path, pieces: Iterator[bytes]) -> None:
    partial = out.with_name(f".{out.name}.part")
    try:
        with partial.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)

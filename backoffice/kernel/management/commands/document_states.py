"""Write the page about the state machines."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from backoffice.kernel.commands import AuditedCommand
from backoffice.kernel.states.diagram import document
from backoffice.kernel.states.machine import machines


class Command(AuditedCommand):
    """Write backoffice/docs/states.md from the transition tables."""

    help = "Write backoffice/docs/states.md from the transition tables."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option to only look."""
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the page is out of date.")

    def run(self, *, user: Any, check: bool = False, **options: Any) -> dict[str, Any]:
        """Write the page, or say whether it is up to date.

        Raises:
            CommandError: it is out of date.
        """
        page = Path(settings.BASE_DIR) / "backoffice" / "docs" / "states.md"
        text = document(machines())
        current = page.read_text(encoding="utf-8") if page.exists() else ""
        if check and current != text:
            raise CommandError("backoffice/docs/states.md is out of date: run manage.py document_states.")
        if current != text:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
        return {"page": "backoffice/docs/states.md", "machines": len(machines()), "changed": current != text}

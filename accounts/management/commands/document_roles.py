"""Write the page about roles."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from accounts.permissions import ROLES, SCOPE
from accounts.roles_page import document
from backoffice.kernel.commands import AuditedCommand

PAGE = Path("backoffice/docs/roles.md")


class Command(AuditedCommand):
    """Write backoffice/docs/roles.md from the roles manifest."""

    help = "Write backoffice/docs/roles.md from the roles manifest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option to only look."""
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the page is out of date.")

    def run(self, *, user: Any, check: bool = False, **options: Any) -> dict[str, Any]:
        """Write the page, or say whether it is up to date.

        Raises:
            CommandError: it is out of date.
        """
        page = Path(settings.BASE_DIR) / PAGE
        text = document(ROLES, SCOPE)
        current = page.read_text(encoding="utf-8") if page.exists() else ""
        if check and current != text:
            raise CommandError(f"{PAGE} is out of date: run manage.py document_roles.")
        if current != text:
            page.write_text(text, encoding="utf-8")
        return {"page": str(PAGE), "roles": len(ROLES), "changed": current != text}

"""The base of the project's management commands."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from backoffice.kernel.history.context import audit


class AuditedCommand(BaseCommand):
    """A command whose writes name it in history, and that prints what it did, as text or JSON.

    Subclasses implement ``run`` and return the result; its keys and values are printed. Raise
    ``CommandError`` for a failure: the exit code is then not zero.
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options that every command has."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print the result as JSON.")
        parser.add_argument("--user", metavar="EMAIL", help="Who answers for the changes; else the command itself.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command inside its audit context and print the result."""
        as_json = options.pop("as_json")
        email = options.pop("user", None)
        user = None
        if email:
            user = get_user_model()._default_manager.filter(email__iexact=email, is_active=True).first()
            if user is None:
                raise CommandError(f"There is no active user {email}.")
        name = type(self).__module__.rsplit(".", 1)[-1]
        with audit(user=user, source=f"command:{name}"):
            result = self.run(user=user, **options)
        if as_json:
            self.stdout.write(json.dumps(result, default=str, ensure_ascii=False, indent=2))
        else:
            self.print_result(result)

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Do the work and return what was done."""
        raise NotImplementedError

    def print_result(self, result: dict[str, Any]) -> None:
        """Print the result for a person to read."""
        for key, value in result.items():
            self.stdout.write(f"{key.replace('_', ' ')}: {value}")

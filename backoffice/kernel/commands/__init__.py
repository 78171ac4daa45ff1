"""The base of the project's management commands."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from backoffice.kernel.history.context import audit
from backoffice.kernel.refusals import Refused


class CommandFailed(CommandError):
    """A command did not do what it was asked to, and has more to tell than why.

    Attributes:
        result: what it did up to there; printed beside the error with ``--json``.
    """

    def __init__(self, message: str, *, result: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.result = result


class AuditedCommand(BaseCommand):
    """A command whose writes name it in history, and that prints what it did, as text or JSON.

    Subclasses implement ``run`` and return the result; its keys and values are printed. Raise
    ``CommandError`` for a failure, or tell by ``failure`` that a result is one: the exit code is then
    not zero, and with ``--json`` the one object that is printed says why under ``error``. What a
    service or the disk refuses is a failure too.
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options that every command has."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print the result as JSON.")
        parser.add_argument("--user", metavar="EMAIL", help="Who answers for the changes; else the command itself.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command inside its audit context and print the result.

        Raises:
            CommandError: it failed; the message says why.
        """
        as_json = options.pop("as_json")
        email = options.pop("user", None)
        try:
            result = self._run(email, options)
        except CommandError as error:
            if as_json:
                self._print_json({**getattr(error, "result", {}), "error": str(error)})
            raise
        failure = self.failure(result)
        if as_json:
            self._print_json({**result, "error": failure} if failure else result)
        else:
            self.print_result(result)
        if failure:
            raise CommandError(failure)

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Do the work and return what was done."""
        raise NotImplementedError

    def failure(self, result: dict[str, Any]) -> str:
        """Return why a result counts as a failure; empty where it does not."""
        return ""

    def print_result(self, result: dict[str, Any]) -> None:
        """Print the result for a person to read."""
        for key, value in result.items():
            self.stdout.write(f"{key.replace('_', ' ')}: {value}")

    def _run(self, email: str | None, options: dict[str, Any]) -> dict[str, Any]:
        user = _active_user(email) if email else None
        name = type(self).__module__.rsplit(".", 1)[-1]
        with audit(user=user, source=f"command:{name}"):
            try:
                return self.run(user=user, **options)
            except Refused as error:
                raise CommandFailed(str(error), result=error.details) from error
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            except OSError as error:
                raise CommandError(f"{error.filename or name}: {error.strerror or error}.") from error

    def _print_json(self, result: Mapping[str, Any]) -> None:
        self.stdout.write(json.dumps(result, default=str, ensure_ascii=False, indent=2))


def _active_user(email: str) -> Any:
    user = get_user_model()._default_manager.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {email}.")
    return user

"""Fill an empty database with a believable demo shop."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from backoffice.kernel.commands import AuditedCommand
from backoffice.seed.people import DEMO_PASSWORD, LOG_INS
from backoffice.seed.scale import SCALES
from backoffice.seed.shop import demo_make


class Command(AuditedCommand):
    """Make the demo shop, the same each time; where it is there already, only tell the log-ins."""

    help = "Fill an empty database with a demo shop. Where it is there already, nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the choice of size."""
        super().add_arguments(parser)
        parser.add_argument("--scale", choices=sorted(SCALES), default="small")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Make the shop and return what is in it."""
        made, rows, seconds = demo_make(scale=SCALES[options["scale"]])
        return {
            "made": made,
            **rows,
            "seconds": round(seconds, 1),
            "log_ins": [{"role": item.role, "email": item.email, "password": DEMO_PASSWORD} for item in LOG_INS],
        }

    def print_result(self, result: dict[str, Any]) -> None:
        """Print what is there, and one log-in per role."""
        log_ins = result.pop("log_ins")
        made, seconds = result.pop("made"), result.pop("seconds")
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in result.items())
        self.stdout.write(
            f"Made the demo shop in {seconds} s: {counts}." if made else f"The demo shop is there: {counts}."
        )
        self.stdout.write("")
        self.stdout.write(f"Demo log-ins, all with the password “{DEMO_PASSWORD}”:")
        for item in log_ins:
            self.stdout.write(f"  {item['role']:<18} {item['email']}")

"""Let carts grow old: abandoned ones become a work queue, old ones expire."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from backoffice.kernel.commands import AuditedCommand
from cart.services.ageing import ABANDONED_AFTER, carts_expire, carts_mark_abandoned


class Command(AuditedCommand):
    """Run this every hour or so; carts expire after the days that the shop's settings name."""

    help = "Mark carts that were left as abandoned, and close those that are older than the shop's settings allow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add how long a cart may be left alone."""
        super().add_arguments(parser)
        parser.add_argument(
            "--abandoned-after",
            type=int,
            metavar="HOURS",
            default=int(ABANDONED_AFTER.total_seconds() // 3600),
            help="Hours without a touch after which a cart counts as abandoned (%(default)s).",
        )

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Mark and close carts."""
        hours = options["abandoned_after"]
        if hours < 1:
            raise CommandError("--abandoned-after must be at least one hour.")
        # Expired first: what is closed today need not be chased today.
        expired = carts_expire()
        return {"expired": expired, "abandoned": carts_mark_abandoned(idle=dt.timedelta(hours=hours))}

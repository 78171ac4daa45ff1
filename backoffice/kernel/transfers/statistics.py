"""Telling PostgreSQL how many rows there are, as soon as an upload has written many."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.transfers.kinds import TransferKind

# Fewer rows than this do not make a plan go wrong.
MANY_ROWS = 10_000


def statistics_refresh(kind: TransferKind, *, written: int) -> None:
    """Have PostgreSQL look at the tables that an upload of many rows wrote, and at their histories.

    It does so by itself within minutes; until then it takes full tables for empty ones, and the next
    upload of the same rows, or the undo of this one, is planned for a handful of rows. SQLite does not need it.

    Args:
        kind: kind of the upload.
        written: rows that it wrote.
    """
    if connection.vendor != "postgresql" or written < MANY_ROWS:
        return
    models = [apps.get_model(label) for label in kind.tables]
    models += [model.history.model for model in models if is_tracked(model)]
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")

"""What PostgreSQL knows of a table's rows, brought up to date where an upload changes most of them."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.transfers.kinds import TransferKind

# Fewer rows than this do not make a plan go wrong.
MANY_ROWS = 10_000


def statistics_refresh(kind: TransferKind, *, written: int, before: int = 0) -> None:
    """Have PostgreSQL look at the tables that an upload of many rows writes, and at their histories.

    It does so by itself within minutes. Until then it takes all values of a column for a few equal ones and
    reads the table from end to end for a chunk's keys, or takes full tables for empty ones: the chunks to come,
    the next upload of the same rows, or the undo of this one are planned wrongly. SQLite does not need it.

    Args:
        kind: kind of the upload.
        written: rows that it has written.
        before: rows that it had written when this was last asked; nothing is done where they were many already.
    """
    if connection.vendor != "postgresql" or not before < MANY_ROWS <= written:
        return
    models = [apps.get_model(label) for label in kind.tables]
    models += [model.history.model for model in models if is_tracked(model)]
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")

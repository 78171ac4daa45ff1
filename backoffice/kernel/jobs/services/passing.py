"""Failures of the database that pass: somebody else's transaction was in the way, and the work can be done again."""

from __future__ import annotations

import sqlite3

from django.db import DatabaseError

# PostgreSQL's: a deadlock of which this was the victim, a lock that was not to be had, a snapshot that was overtaken.
_LOCKED = frozenset({"40P01", "40001", "55P03"})
# Somebody made, or deleted, between this transaction's look and its write: looked at again, it is another case.
_OVERTAKEN = frozenset({"23505", "23503", "23P01"})


def is_passing(error: DatabaseError) -> bool:
    """Say whether the same work, begun again, may well succeed.

    Args:
        error: what the database refused a statement or a commit with.
    """
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        # Transactions take the write lock when they begin, so that there is nothing to be overtaken in.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(cause, "sqlstate", None) in _LOCKED | _OVERTAKEN

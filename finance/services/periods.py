"""Closing days for posting, and reopening them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from backoffice.kernel import clock
from backoffice.kernel.history.context import audit, current_audit
from finance.exceptions import FinanceRefused, PeriodClosed
from finance.models import PeriodLock
from finance.selectors import period_lock_on

# Key of PostgreSQL's advisory lock: those who post share it, who closes a period waits for them.
_POSTING = 5_200_412


def period_require_open(*, on: dt.date) -> None:
    """Refuse to post on a closed day. Call inside the transaction that posts.

    Args:
        on: the date that the document or event will carry.

    Raises:
        PeriodClosed: the day is closed.
    """
    _wait_for_closing()
    lock = period_lock_on(on)
    if lock is not None:
        kind = "closed for ever" if lock.is_hard else "closed"
        raise PeriodClosed(f"{on} lies in the period {lock}, which is {kind}.")


@transaction.atomic
def period_close(*, date_from: dt.date, date_to: dt.date, is_hard: bool = False, reason: str = "") -> PeriodLock:
    """Close days for posting.

    Args:
        date_from, date_to: first and last day.
        is_hard: closed for ever; a soft lock can be lifted.
        reason: why.

    Raises:
        FinanceRefused: the days are in the wrong order or not over yet.
    """
    if date_from > date_to:
        raise FinanceRefused("The first day lies after the last.")
    if date_to >= clock.today():
        raise FinanceRefused(f"{date_to} is not over yet; a period can be closed from the day after on.")
    _wait_for_postings()
    with audit(reason=reason or f"Close {date_from} to {date_to}"):
        return PeriodLock.objects.create(
            date_from=date_from, date_to=date_to, is_hard=is_hard, reason=reason, locked_by=_person()
        )


@transaction.atomic
def period_harden(*, lock: PeriodLock, reason: str = "") -> PeriodLock:
    """Turn a soft lock into one that is for ever.

    Raises:
        FinanceRefused: the lock was lifted.
    """
    locked = PeriodLock.objects.select_for_update(of=("self",)).get(pk=lock.pk)
    if locked.lifted_at is not None:
        raise FinanceRefused(f"The lock of {locked} was lifted; close the period again.")
    if not locked.is_hard:
        locked.is_hard = True
        with audit(reason=reason or "Closed for ever"):
            locked.save(update_fields=["is_hard", "updated_at"])
    return locked


@transaction.atomic
def period_lift(*, lock: PeriodLock, reason: str) -> PeriodLock:
    """Reopen a softly closed period; who did it and why stays in its history.

    Args:
        lock: the lock.
        reason: why it has to be reopened; needed.

    Raises:
        FinanceRefused: no reason was given, the lock is for ever, or it was lifted before.
    """
    if not reason.strip():
        raise FinanceRefused("Say why the period has to be reopened.")
    locked = PeriodLock.objects.select_for_update(of=("self",)).get(pk=lock.pk)
    if locked.is_hard:
        raise FinanceRefused(f"The period {locked} is closed for ever.")
    if locked.lifted_at is not None:
        raise FinanceRefused(f"The period {locked} is open already.")
    locked.lifted_at = clock.now()
    with audit(reason=reason):
        locked.save(update_fields=["lifted_at", "updated_at"])
    return locked


def _person() -> Any:
    return current_audit().user


def _wait_for_closing() -> None:
    # SQLite has one writer at a time anyhow.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_POSTING])


def _wait_for_postings() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_POSTING])

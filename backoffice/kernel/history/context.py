"""The audit context: on whose behalf, why and by which job the current code writes.

Every history row names a user or a job. Doors (requests, jobs, commands) open the context once;
services further down never have to pass it along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection

# A request's user is only known once the session has been read, hence a callable.
UserSource = Callable[[], Any]


class MissingActor(RuntimeError):
    """A tracked row was about to be written with neither a user nor a job to answer for it."""


@dataclass
class Audit:
    """Who answers for the writes made while this context is active."""

    user_source: UserSource | None
    job_id: int | None
    reason: str
    source: str
    # The transaction that wrote the job's row, while that may still be rolled back.
    job_written_in: tuple[object, ...] = ()

    @property
    def user(self) -> Any:
        """The authenticated user, or None where a job or an unattended program writes."""
        user = self.user_source() if self.user_source is not None else None
        return user if user is not None and user.is_authenticated else None

    @property
    def user_id(self) -> int | None:
        """Primary key of the user, or None."""
        user = self.user
        return None if user is None else int(user.pk)

    def answerable(self) -> tuple[int | None, int | None]:
        """Return (user id, job id) for a history row.

        An unattended source (a command, a guest's request) gets a job row of its own at its first
        write, so that each history row names something that can be looked up.

        Raises:
            MissingActor: no user, no job and no named source.
        """
        user_id = self.user_id
        if self.job_written_in and _transaction()[: len(self.job_written_in)] != self.job_written_in:
            self._look_for_job()
        if user_id is None and self.job_id is None:
            if not self.source:
                raise MissingActor("A tracked row was written without a user, a job or a named source.")
            from backoffice.kernel.jobs.services import job_record_unattended

            self.job_id = job_record_unattended(source=self.source).pk
            self.job_written_in = _transaction()
        return user_id, self.job_id

    def _look_for_job(self) -> None:
        """Forget the job's row if the transaction that wrote it was rolled back."""
        from backoffice.kernel.jobs.models import Job

        self.job_written_in = ()
        if self.job_id is not None and not Job.objects.filter(pk=self.job_id).exists():
            self.job_id = None


def _transaction() -> tuple[object, ...]:
    """Return what tells the open transaction and its savepoints from all others; () outside of any."""
    if not connection.in_atomic_block:
        return ()
    return (connection.atomic_blocks[0], *connection.savepoint_ids)


_current: ContextVar[Audit | None] = ContextVar("backoffice_audit", default=None)


def current_audit() -> Audit:
    """Return the active audit context.

    Raises:
        MissingActor: no context is open.
    """
    audit_now = _current.get()
    if audit_now is None:
        raise MissingActor("A tracked row was written outside of any audit context.")
    return audit_now


def audit_or_none() -> Audit | None:
    """Return the active audit context, or None outside of one."""
    return _current.get()


@contextmanager
def audit(
    *,
    user: Any = None,
    user_source: UserSource | None = None,
    job_id: int | None = None,
    reason: str | None = None,
    source: str | None = None,
) -> Iterator[Audit]:
    """Open an audit context; what is not named is inherited from the context around it.

    Args:
        user: the user who answers for the writes.
        user_source: the same as a callable, for a user that is not known yet.
        job_id: the job that writes.
        reason: why, in a person's words; ends up in ``history_change_reason``.
        source: name of an unattended origin, for example ``command:seed_demo``.
    """
    outer = _current.get()
    if user is not None:
        user_source = lambda: user  # noqa: E731 - one expression, used once
    new = Audit(
        user_source=user_source or (outer.user_source if outer else None),
        job_id=job_id if job_id is not None else (outer.job_id if outer else None),
        reason=reason if reason is not None else (outer.reason if outer else ""),
        source=source if source is not None else (outer.source if outer else ""),
        job_written_in=outer.job_written_in if outer is not None and job_id is None else (),
    )
    token = _current.set(new)
    try:
        yield new
    finally:
        _current.reset(token)
        # A job row that an inner context had to open serves the outer one too.
        if outer is not None and outer.job_id is None and source is None and job_id is None:
            outer.job_id, outer.job_written_in = new.job_id, new.job_written_in

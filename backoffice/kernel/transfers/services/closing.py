"""Closing an upload after its rows were written: counted from the database, and held against it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.models import RowAction, Upload
from backoffice.kernel.transfers.service import as_json
from backoffice.kernel.transfers.services.planning import counts_of, recount
from backoffice.kernel.transfers.states import UPLOAD_MACHINE


def upload_close(*, upload: Upload, transition: str, kind: TransferKind | None = None) -> None:
    """Count what is there, check it against the database, and close.

    Args:
        upload: state applying.
        transition: finish, or stop.
        kind: whose tables are looked at for the rows that count as new; None where not all were written.
    """
    upload.refresh_from_db()
    with transaction.atomic():
        recount(upload)
        values = {**count_values(upload), "applied_at": clock.now()}
        if kind is not None:
            values["error"] = _missing(upload, kind)
        apply_transition(upload, UPLOAD_MACHINE, transition, values=values)


def upload_close_stopped(*, upload: Upload) -> None:
    """Close an upload that was stopped half-way: what is in stays in, the rest counts as left out."""
    # The cursor of the last chunk that was committed, whatever the worker had in mind.
    after = int(upload.apply_job.cursor.get("after", 0)) if upload.apply_job else 0
    with transaction.atomic():
        upload.staged.filter(number__gt=after, action__in=[RowAction.CREATE, RowAction.UPDATE]).update(
            action=RowAction.SKIPPED, errors=as_json([["", "", "The upload was stopped before this row."]])
        )
        upload_close(upload=upload, transition="stop")


def count_values(upload: Upload) -> dict[str, Any]:
    """Return the counts of a recounted upload, as a transition's values."""
    return {**counts_of(upload), "conflicts": upload.conflicts, "apply_seconds": upload.apply_seconds}


def _missing(upload: Upload, kind: TransferKind) -> str:
    """Say so where a row that counts as created is not in the database."""
    for target, model in enumerate(kind.target_models()):
        made = upload.staged.filter(action=RowAction.CREATE, target=target)
        # Several rows may have made one object: an order and the postage that is part of it.
        wanted = made.order_by().values("object_id").distinct().count()
        there = model._default_manager.filter(pk__in=made.values("object_id")).count() if wanted else 0
        if there != wanted:
            name = model._meta.verbose_name_plural
            return f"Of {wanted:,} new {name} only {there:,} are in the database."
    return ""

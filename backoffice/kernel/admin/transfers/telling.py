"""What an upload's page says in a sentence: how it stands, who did what when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from backoffice.kernel.templatetags.backoffice import duration
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.states import UploadState


def told(upload: Upload) -> list[str]:
    """Return sentences that tell how an upload stands, the newest first; what failed is told by its error."""
    sentences: dict[UploadState, Callable[[Upload], list[str]]] = {
        UploadState.MAPPED: lambda _: ["Not checked yet. Say which column is what, then check the file."],
        UploadState.PLANNED: _checked,
        UploadState.AWAITING_APPROVAL: _checked,
        UploadState.APPLIED: _applied,
        UploadState.UNDOING: _applied,
        UploadState.UNDONE: _undone,
        UploadState.CANCELLED: lambda _: ["Discarded. Nothing in the shop was changed."],
    }
    tell = sentences.get(UploadState(upload.state))
    # Moments may end with a point of their own: 6:23 p.m.
    return [sentence.replace("..", ".") for sentence in tell(upload)] if tell is not None else []


def _checked(upload: Upload) -> list[str]:
    spent = duration(upload.plan_seconds)
    if not upload.changes:
        nothing = (
            "no row can be used as it is" if upload.failed and not upload.unchanged else "there is nothing to change"
        )
        return [f"Checked in {spent}: {nothing}."]
    return [f"Checked in {spent}. Nothing in the shop has changed yet."]


def _applied(upload: Upload) -> list[str]:
    names = (("created", "new"), ("updated", "changed"))
    counts = [f"{getattr(upload, name):,} {word}" for name, word in names if getattr(upload, name)]
    what = " and ".join(counts) or "nothing changed"
    doer = upload.apply_job.owner if upload.apply_job is not None else None
    if doer is not None and doer.pk != upload.owner_id:
        what = f"{what}. Applied by {doer}"
    by = f" Approved by {upload.approver} {_at(upload.approved_at)}." if upload.approver is not None else ""
    return [f"Applied {_at(upload.applied_at)} in {duration(upload.apply_seconds)}: {what}.{by}"]


def _undone(upload: Upload) -> list[str]:
    job = upload.undo_job
    who = f" by {job.owner}" if job is not None and job.owner is not None else ""
    result: dict[str, Any] = job.result if job is not None else {}
    stayed = int(result.get("conflicts", 0))
    rest = f" {stayed:,} {'row' if stayed == 1 else 'rows'} stayed as touched since." if stayed else ""
    return [f"Undone{who} {_at(upload.undone_at)}.{rest}", *_applied(upload)]


def _at(moment: datetime | None) -> str:
    return f"on {date_format(localtime(moment), 'DATETIME_FORMAT')}" if moment is not None else ""

"""What an upload's page says in a sentence: how it stands, who did what when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from backoffice.kernel.jobs.models import JobState
from backoffice.kernel.scope.people import name_seen_by
from backoffice.kernel.templatetags.backoffice import duration
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.states import UploadState


def state_shown(upload: Upload) -> tuple[str, str]:
    """Return an upload's state as (colour, words); a plan that would change nothing is not ready for anything."""
    if upload.state == UploadState.PLANNED and not upload.changes:
        return "nothing", "Nothing to apply"
    return upload.state, upload.get_state_display()


def told(upload: Upload, reader: Any, *, works: bool = True) -> list[str]:
    """Return sentences that tell a reader how an upload stands, the newest first; what failed is told by its error.

    Args:
        upload: with its jobs.
        reader: a user.
        works: whether the reader may do something about it.
    """
    # Moments may end with a point of their own: 6:23 p.m.
    return [sentence.replace("..", ".") for sentence in _sentences(upload, reader, works=works)]


def _sentences(upload: Upload, reader: Any, *, works: bool) -> list[str]:
    match UploadState(upload.state):
        case UploadState.UPLOADED:
            return ["The file is here, but reading it was cut off." + (" Let it be read again." if works else "")]
        case UploadState.MAPPED:
            ask = " Say which column is what, then check the file." if works else ""
            return [f"Nothing is checked yet.{ask}"]
        case UploadState.PLANNED:
            return _checked(upload)
        case UploadState.AWAITING_APPROVAL:
            return [*_asked(upload, reader), *_checked(upload)]
        case UploadState.APPLIED | UploadState.UNDOING:
            return _applied(upload, reader)
        case UploadState.UNDONE:
            return _undone(upload, reader)
        case UploadState.CANCELLED:
            return _cancelled(upload)
        case _:
            return []


def _checked(upload: Upload) -> list[str]:
    spent = duration(upload.plan_seconds)
    if not upload.rows:
        return [f"Checked in {spent}: there are no rows in this file."]
    if not upload.changes:
        nothing = (
            "no row can be used as it is" if upload.failed and not upload.unchanged else "there is nothing to change"
        )
        return [f"Checked in {spent}: {nothing}."]
    return [f"Checked in {spent}. Nothing in the shop has changed yet."]


def _asked(upload: Upload, reader: Any) -> list[str]:
    """Say who wants an upload applied, where that is not who sent the file."""
    person = upload.asked_by
    return [f"{name_seen_by(person, reader)} wants it applied."] if person and person.pk != upload.owner_id else []


def _cancelled(upload: Upload) -> list[str]:
    halfway = upload.plan_job is not None and upload.plan_job.state == JobState.CANCELLED
    until = f"Stopped when {upload.rows:,} rows were checked." if halfway and upload.rows else "Discarded."
    return [f"{until} Nothing in the shop was changed."]


def _applied(upload: Upload, reader: Any) -> list[str]:
    names = (("created", "new"), ("updated", "changed"))
    counts = [f"{getattr(upload, name):,} {word}" for name, word in names if getattr(upload, name)]
    what = " and ".join(counts) or "nothing changed"
    doer = upload.apply_job.owner if upload.apply_job is not None else None
    if doer is not None and doer.pk != upload.owner_id:
        what = f"{what}. Applied by {name_seen_by(doer, reader)}"
    approver = upload.approver
    by = f" Approved by {name_seen_by(approver, reader)} {_at(upload.approved_at)}." if approver is not None else ""
    return [f"Applied {_at(upload.applied_at)} in {duration(upload.apply_seconds)}: {what}.{by}"]


def _undone(upload: Upload, reader: Any) -> list[str]:
    job = upload.undo_job
    who = f" by {name_seen_by(job.owner, reader)}" if job is not None and job.owner is not None else ""
    result: dict[str, Any] = job.result if job is not None else {}
    stayed = int(result.get("conflicts", 0))
    rest = f" {stayed:,} {'row stayed as it is' if stayed == 1 else 'rows stayed as they are'}." if stayed else ""
    return [f"Undone{who} {_at(upload.undone_at)}.{rest}", *_applied(upload, reader)]


def _at(moment: datetime | None) -> str:
    return f"on {date_format(localtime(moment), 'DATETIME_FORMAT')}" if moment is not None else ""

"""Reading uploads: whose a person may see, which one a job belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.scope.rules import visible
from backoffice.kernel.transfers.kinds import UnknownTransferKind, transfer_kind, transfer_kinds
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.states import UploadState

# What files of uploads are stored for.
PURPOSE = "upload"


def uploads_visible(user: Any) -> QuerySet[Upload]:
    """Return a person's own uploads, and others' of the kinds that the person may upload.

    Those who answer for uploads, and those who only read, see all that their scope shows.
    """
    if user is None or not user.has_perm("kernel.view_upload"):
        return Upload.objects.none()
    rows = visible(Upload.objects.all(), user)
    if user.has_perm("kernel.approve_upload") or not user.has_perm("kernel.add_upload"):
        return rows
    kinds = [kind.name for kind in transfer_kinds() if user.has_perm(kind.permission)]
    return rows.filter(Q(owner=user.pk) | Q(kind__in=kinds))


def may_work(user: Any, upload: Upload) -> bool:
    """Say whether a person may take an upload further: check, apply, discard and undo it."""
    try:
        kind = transfer_kind(upload.kind)
    except UnknownTransferKind:
        return False
    return bool(user.has_perm("kernel.change_upload") and user.has_perm(kind.permission))


def may_rework(user: Any, job: Job) -> bool:
    """Say whether a user may stop, repeat or undo a job that checked or applied an upload."""
    upload = Upload.objects.filter(Q(plan_job=job) | Q(apply_job=job)).first()
    return upload is None or (may_work(user, upload) and not rights_lacking(user, upload))


def may_approve(user: Any, upload: Upload) -> bool:
    """Say whether a person may approve an upload as the second one."""
    return bool(user.has_perm("kernel.approve_upload") and user.pk not in {upload.owner_id, upload.asked_by_id})


def rights_lacking(user: Any, upload: Upload) -> list[str]:
    """Return, in words, what an upload's plan does that a person may not do; the house's own commands (None) may all.

    A plan is made with the rights of who uploaded the file; who takes it further, be it that person
    after a change of roles, needs those that it made use of.
    """
    if user is None:
        return []
    rights = [right for right in upload.tallies.get("rights", []) if not user.has_perm(right)]
    return [right.partition(".")[2].replace("_", " ") for right in rights]


def may_open_upload(user: Any, file: StoredFile) -> bool:
    """Say whether a person may download an uploaded file: who sees one of its uploads."""
    return uploads_visible(user).filter(file=file).exists()


def same_file_applied(upload: Upload) -> Upload | None:
    """Return the last upload that took the very same file into the shop and was not undone, if there is one.

    Args:
        upload: another one of the same kind; of others' uploads, those that its owner may see count.
    """
    same = Upload.objects.filter(kind=upload.kind, file__digest=upload.file.digest, state=UploadState.APPLIED)
    if upload.owner is not None:
        same = same.filter(pk__in=uploads_visible(upload.owner).order_by().values("pk"))
    return same.exclude(pk=upload.pk).order_by("-applied_at", "-pk").first()


def uploads_waiting(user: Any) -> int:
    """Return how many uploads wait for this person's approval."""
    if not user.has_perm("kernel.approve_upload"):
        return 0
    return (
        uploads_visible(user)
        .filter(state=UploadState.AWAITING_APPROVAL)
        .exclude(Q(owner=user.pk) | Q(asked_by=user.pk))
        .count()
    )


def uploads_of_jobs(jobs: Iterable[int | None], user: Any) -> dict[int, Upload]:
    """Return job → the upload that it checked, applied or took back, of those that a person may see."""
    wanted = {job for job in jobs if job is not None}
    if not wanted:
        return {}
    belongs = Q(plan_job__in=wanted) | Q(apply_job__in=wanted) | Q(undo_job__in=wanted)
    found: dict[int, Upload] = {}
    for upload in uploads_visible(user).filter(belongs):
        for job in (upload.plan_job_id, upload.apply_job_id, upload.undo_job_id):
            if job in wanted:
                found[job] = upload
    return found

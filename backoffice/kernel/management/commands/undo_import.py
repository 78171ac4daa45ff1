"""Take an upload back, as a whole."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from backoffice.kernel.commands import AuditedCommand
from backoffice.kernel.history.undo import UndoRefused
from backoffice.kernel.history.undo.registry import UndoConflict, UndoPlan
from backoffice.kernel.jobs.models import JobState
from backoffice.kernel.scope.rules import visible
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import UploadRefused, upload_undo
from backoffice.kernel.transfers.services.undoing import upload_undo_plan


class Command(AuditedCommand):
    """Say what undoing an upload would do, and do it where asked to."""

    help = "Undo an upload. Without --apply nothing changes; what would happen is printed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add which upload, and whether to do it."""
        super().add_arguments(parser)
        parser.add_argument("id", type=int, help="The id that import_file printed.")
        parser.add_argument("--apply", action="store_true", help="Take it back.")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Plan the undo and, with --apply, do it."""
        uploads = Upload.objects.select_related("apply_job")
        upload = (uploads if user is None else visible(uploads, user)).filter(pk=options["id"]).first()
        if upload is None:
            raise CommandError(f"There is no upload {options['id']}.")
        if user is not None and not user.has_perm(transfer_kind(upload.kind).permission):
            raise CommandError(f"{user} may not undo this upload.")
        try:
            plan = upload_undo_plan(upload=upload, user=user)
            report = _plan_report(upload, plan)
            if not options["apply"]:
                return report
            if plan.refusal:
                raise CommandError(plan.refusal)
            upload, job = upload_undo(upload=upload, user=user, here=True)
        except (UploadRefused, UndoRefused) as error:
            raise CommandError(str(error)) from error
        if job.state != JobState.SUCCEEDED:
            raise CommandError(job.error or f"The undo is {job.get_state_display().lower()}.")
        done = {key: job.result.get(key, 0) for key in ("deleted", "restored", "recreated", "conflicts")}
        return {
            **report,
            **done,
            "state": upload.state,
            "conflict_list": job.result.get("conflict_list", []),
            "applied": True,
            "seconds": round(upload.undo_seconds, 3),
        }


def _plan_report(upload: Upload, plan: UndoPlan) -> dict[str, Any]:
    return {
        "id": upload.pk,
        "kind": upload.kind,
        "state": upload.state,
        "deleted": sum(entry.deletes for entry in plan.models),
        "restored": sum(entry.restores for entry in plan.models),
        "recreated": sum(entry.recreates for entry in plan.models),
        "conflicts": plan.conflict_total,
        "conflict_list": list(map(_conflict, plan.conflicts)),
        "refusal": plan.refusal,
        "applied": False,
        "seconds": 0.0,
    }


def _conflict(conflict: UndoConflict) -> dict[str, Any]:
    return {
        "model": conflict.model,
        "id": conflict.object_id,
        "name": conflict.name,
        "reason": conflict.reason,
        "who": conflict.who,
        "when": conflict.when.isoformat() if conflict.when else None,
    }

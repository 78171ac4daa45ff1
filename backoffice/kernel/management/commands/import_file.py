"""Upload a file from the command line: the same pipeline, preview and rights as in the admin."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError

from backoffice.kernel.commands import AuditedCommand, CommandFailed
from backoffice.kernel.transfers.errors_file import error_table
from backoffice.kernel.transfers.kinds import UnknownTransferKind, transfer_kind
from backoffice.kernel.transfers.models import SavedMapping, Upload
from backoffice.kernel.transfers.reports import upload_report
from backoffice.kernel.transfers.runs import MODES, ON_ERROR, measures_exceeded
from backoffice.kernel.transfers.services import (
    UploadRefused,
    upload_apply,
    upload_create,
    upload_drop_guesses,
    upload_plan,
)
from backoffice.kernel.transfers.states import UploadState


class Command(AuditedCommand):
    """Check a file, and apply it where asked to."""

    help = "Upload a file. Without --apply it is checked only; nothing in the shop changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file, what it is and what to do with it."""
        super().add_arguments(parser)
        parser.add_argument("kind", help="What the rows are, for example products.")
        parser.add_argument("path", type=Path, help="CSV or XLSX file; or a ZIP of one and its pictures.")
        parser.add_argument("--pictures", type=Path, metavar="ZIP", help="The pictures that the file names.")
        parser.add_argument("--mapping", default="auto", metavar="auto|NAME", help="A mapping saved under a name.")
        parser.add_argument("--mode", choices=list(MODES), default="upsert", help="What may happen to rows.")
        parser.add_argument(
            "--on-error", choices=list(ON_ERROR), default="stop", help="All rows or none, or the good ones."
        )
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="For rows without the column."
        )
        parser.add_argument(
            "--choose", action="append", default=[], metavar="NAME=VALUE", help="Answer to a question of the kind."
        )
        parser.add_argument("--apply", action="store_true", help="Write what the preview says.")
        parser.add_argument("--errors-to", type=Path, metavar="FILE", help="Write the bad rows, with reasons, as CSV.")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Check the file and, with --apply, write it."""
        upload = self._uploaded(user, options)
        if upload.state != UploadState.FAILED:
            upload_drop_guesses(upload=upload)
            upload_plan(upload=upload, here=True)
        self._refuse_failed(upload)
        if options["errors_to"]:
            with options["errors_to"].open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(error_table(upload))
        if options["apply"]:
            self._apply(upload)
        return upload_report(upload)

    def _uploaded(self, user: Any, options: dict[str, Any]) -> Upload:
        """Take the file in under the user's rights."""
        path: Path = options["path"]
        try:
            kind = transfer_kind(options["kind"])
        except UnknownTransferKind as error:
            raise CommandError(str(error)) from error
        if user is not None and not user.has_perm(kind.permission):
            raise CommandError(f"{user} may not upload {kind.label.lower()}.")
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        choices = {
            "mode": options["mode"],
            "on_error": options["on_error"],
            "defaults": dict(map(_pair, options["set"])),
            "choices": dict(map(_pair, options["choose"])),
        }
        saved = None if options["mapping"] == "auto" else self._saved(kind.name, options["mapping"], user)
        with ExitStack() as files:
            file = files.enter_context(path.open("rb"))
            pictures = self._pictures(options["pictures"], files)
            try:
                return upload_create(
                    kind=kind.name,
                    content=file,
                    name=path.name,
                    owner=user,
                    options=choices,
                    saved=saved,
                    pictures=pictures,
                )
            except UploadRefused as error:
                raise CommandError(str(error)) from error

    def _pictures(self, path: Path | None, files: ExitStack) -> IO[bytes] | None:
        """Open the ZIP of pictures, where one is named."""
        if path is None:
            return None
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        return files.enter_context(path.open("rb"))

    def _saved(self, kind: str, name: str, user: Any) -> SavedMapping:
        found = SavedMapping.objects.filter(kind=kind, name=name)
        if user is not None:
            # As on the page: a person uses the own ones alone.
            found = found.filter(owner=user)
        saved = found.order_by("-pk").first()
        if saved is None:
            by = f" by {user}" if user is not None else ""
            raise CommandError(f"No mapping of {kind} is saved under the name “{name}”{by}.")
        return saved

    def _apply(self, upload: Upload) -> None:
        try:
            upload_apply(upload=upload, here=True)
        except UploadRefused as error:
            self._fail(upload, str(error))
        upload.refresh_from_db()
        self._refuse_failed(upload)
        if upload.state == UploadState.AWAITING_APPROVAL:
            self._fail(upload, f"A second person has to approve it. {' '.join(measures_exceeded(upload))}")

    def _refuse_failed(self, upload: Upload) -> None:
        upload.refresh_from_db()
        if upload.state in {UploadState.FAILED, UploadState.STAGING}:
            job = upload.apply_job or upload.plan_job
            self._fail(upload, upload.error or (job.error if job else ""))

    def _fail(self, upload: Upload, reason: str) -> None:
        """End with an error that tells what there is to tell."""
        upload.refresh_from_db()
        raise CommandFailed(reason, result=upload_report(upload))


def _pair(text: str) -> tuple[str, str]:
    field, sign, value = text.partition("=")
    if not sign:
        raise CommandError(f"“{text}” is not NAME=VALUE.")
    return field.strip(), value

"""Telling of what went wrong beside rows that are in."""

from __future__ import annotations

from collections.abc import Mapping

from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.runs import warnings_of
from backoffice.kernel.transfers.service import Run, as_json

# Row number → [field, value, message] of each thing that did not go as planned.
Notes = Mapping[int, list[list[str]]]


def upload_note(*, run: Run, notes: Notes) -> None:
    """Put notes to rows of an upload that stay applied, and keep its warnings as they are tallied by now.

    Args:
        run: the piece of work, with its tallies.
        notes: what to say of which rows.
    """
    upload = Upload.objects.get(pk=run.upload_id)
    for number, said in notes.items():
        upload.staged.filter(number=number).update(errors=as_json(said))
    Upload.objects.filter(pk=upload.pk).update(
        tallies=run.tallies, warnings=[*warnings_of(run.tallies), *upload.options.get("remarks", [])]
    )

"""What a person still has to say about an upload, and changes of mind before it is applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backoffice.kernel.transfers.kinds import TransferKind, transfer_kind
from backoffice.kernel.transfers.mapping import FileMapping, mapping_of
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.runs import ON_ERROR
from backoffice.kernel.transfers.services.planning import upload_plan
from backoffice.kernel.transfers.services.uploads import UploadRefused, upload_map
from backoffice.kernel.transfers.states import UploadState


def open_questions(upload: Upload) -> list[str]:
    """Return what has to be settled before a file is checked, in sentences; empty where nothing is open.

    Guesses count: nobody is to find a column in a field that they never chose.
    """
    kind = transfer_kind(upload.kind)
    mapping = mapping_of(kind, upload.mapping)
    labels = {field: column.label for field, column in kind.columns.items()}
    sentences = [
        f"The column “{match.header}” is only guessed to be “{labels[match.field]}”: confirm it, or choose another."
        for match in mapping.mapping.matches
        if match.how == "guess"
    ]
    sentences += [f"{header}: {question.text}" for header, question in mapping.mapping.questions]
    filled = _filled(upload, mapping)
    sentences += [f"No column fills “{labels[field]}”." for field in mapping.mapping.missing if field not in filled]
    telling = kind.identifying or (kind.key,)
    if not filled.intersection(telling) and not set(mapping.mapping.missing).intersection(telling):
        *others, last = (f"“{labels[field]}”" for field in telling)
        named = f"{', '.join(others)} or {last}" if others else last
        sentences.append(f"No column fills {named}, and without one nobody can tell what a row is about.")
    return sentences


def is_recognised(upload: Upload) -> bool:
    """Say whether a file explains itself: nothing is open, and a column tells what its rows mean."""
    if upload.state != UploadState.MAPPED:
        return False
    kind = transfer_kind(upload.kind)
    mapping = mapping_of(kind, upload.mapping)
    return not open_questions(upload) and bool(_identifying(kind) & _filled(upload, mapping))


def upload_choose(*, upload: Upload, options: Mapping[str, Any]) -> Upload:
    """Change how an upload is to be done, before it is applied.

    What to do with wrong rows decides nothing until the upload is applied, so the plan stays; any
    other change makes the plan anew.

    Args:
        upload: mapped or planned, and not being worked on.
        options: those to be replaced, as for ``upload_create``.

    Raises:
        UploadRefused: an option is none of those offered, or it is too late.
    """
    if upload.state not in {UploadState.MAPPED, UploadState.PLANNED}:
        raise UploadRefused(f"The upload is {upload.get_state_display().lower()}; how it is done stays as it is.")
    plan = upload.state == UploadState.PLANNED
    changed = {name for name, value in options.items() if upload.options.get(name) != value}
    if options.get("on_error", "stop") not in ON_ERROR:
        raise UploadRefused(f"On an error either stop or skip, not “{options['on_error']}”.")
    if plan and changed <= {"on_error"}:
        if changed and not Upload.objects.filter(pk=upload.pk, state=UploadState.PLANNED).update(
            options={**upload.options, **options}
        ):
            raise UploadRefused("The upload has gone on meanwhile; how it is done stays as it is.")
        upload.refresh_from_db()
        return upload
    upload = upload_map(upload=upload, fields={}, options=options)
    if plan:
        upload_plan(upload=upload)
    return upload


def _filled(upload: Upload, mapping: FileMapping) -> frozenset[str]:
    """Return the fields that a column, a fixed value or a step of the shape fills."""
    made = mapping.shape.made_fields() if mapping.shape is not None else frozenset()
    return frozenset(mapping.fields) | frozenset(upload.options.get("defaults", {})) | made


def _identifying(kind: TransferKind) -> frozenset[str]:
    return frozenset(kind.identifying or (kind.key,))

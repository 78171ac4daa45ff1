"""Taking a person's words out of technical records: uploads, exports, jobs and the reasons in histories.

Business rows are emptied by the apps that own them. What is left are places where a name or an
address may have been written down in passing. They are searched for the person's own words, the
email above all; matches are replaced, and files that hold them go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django_tasks_db.models import DBTaskResult

from backoffice.kernel.files.models import FileAccess, StoredFile
from backoffice.kernel.files.services import file_path, file_remove
from backoffice.kernel.history.timeline.sources import history_manager, is_tracked
from backoffice.kernel.jobs.models import Job, JobLogEntry
from backoffice.kernel.refusals import Refused
from backoffice.kernel.transfers.models import Export, SavedMapping, StagedRow, Upload
from backoffice.kernel.transfers.naming import file_names_any
from backoffice.kernel.transfers.states import UploadState

REPLACEMENT = "erased"

# Nothing works on these uploads any more: their plan may lose rows.
_DONE = frozenset({UploadState.APPLIED, UploadState.UNDONE, UploadState.FAILED, UploadState.CANCELLED})


class StillNeeded(Refused):
    """Unfinished work still needs what is to be forgotten."""


def person_forget(*, user_id: int, words: Collection[str]) -> None:
    """Forget a person in uploads, exports, jobs, downloads and the reasons of all histories.

    Files that name the person are deleted from disk after the commit; they cannot come back.

    Args:
        user_id: the person's log-in.
        words: texts that mean this person and nobody else, such as emails; replaced wherever they stand.

    Raises:
        StillNeeded: an upload that names the person is not finished.
    """
    uploads_forget(words=words)
    reasons_forget(words)
    for model, fields in (
        (Export, ("filters", "source")),
        # What was taken for headings may be a person's row, and files are named after people.
        (Upload, ("name", "unmapped_columns", "warnings", "tallies", "error", "options")),
        (StoredFile, ("name",)),
        (Job, ("title", "params", "phase", "cursor", "result", "error")),
        (JobLogEntry, ("message",)),
        (DBTaskResult, ("traceback", "return_value")),
    ):
        words_forget(model._default_manager.all(), fields, words)
    _headings_forget(words)
    FileAccess.objects.filter(user=user_id).update(address=None)
    _remove_files(StoredFile.objects.filter(owner=user_id))


def uploads_forget(*, words: Collection[str], keys: Collection[str] = (), kinds: Collection[str] = ()) -> None:
    """Empty the rows of uploads that are about a person, and delete the uploaded files.

    A file is deleted whole, for a row cannot be taken out of it. It goes where a row of its plan is
    about the person, and where the words stand anywhere in it: in a row that was left out, in a
    column that fills nothing, in a file that was not planned yet.

    Args:
        words: texts that mean this person and nobody else.
        keys: keys of rows that are about the person.
        kinds: kinds of uploads whose rows have such keys: an order's number may be somebody else's SKU.

    Raises:
        StillNeeded: an upload that names the person is not finished.
    """
    about = _containing(("key", "payload", "diff", "errors"), words)
    if keys:
        about |= Q(key__among=list(keys), upload__kind__in=kinds)
    rows = StagedRow.objects.filter(about)
    planned = set(rows.order_by().values_list("upload", flat=True))
    uploads = Upload.objects.select_related("file").order_by("pk")
    named = [upload for upload in uploads if upload.pk in planned or _names(upload, words)]
    for upload in named:
        if upload.state not in _DONE:
            raise StillNeeded(f"Upload {upload.pk} ({upload.name}) names the person; apply or discard it first.")
    rows.update(key="", payload="", diff="{}", errors="[]")
    _remove_files(StoredFile.objects.filter(pk__in=[upload.file_id for upload in named]))


def _names(upload: Upload, words: Collection[str]) -> bool:
    """Say whether one of the words stands anywhere in an uploaded file."""
    try:
        path = file_path(upload.file)
    except FileNotFoundError:
        # It was deleted before.
        return False
    return file_names_any(path, words, encoding=upload.dialect.get("encoding") or "utf-8")


def words_forget(rows: models.QuerySet[Any], fields: Iterable[str], words: Collection[str]) -> int:
    """Replace words in text and JSON columns of rows, past history.

    Args:
        rows: where to look.
        fields: names of the columns.
        words: what to replace, in any case.

    Returns:
        How many rows were changed.
    """
    names = list(fields)
    if not words:
        return 0
    as_text: dict[str, Any] = {f"_{name}": Cast(name, TextField()) for name in names}
    found = rows.annotate(**as_text).filter(_containing(as_text, words))
    replace = _replacer(words)
    changed = 0
    for pk, *values in list(found.values_list("pk", *names)):
        new = {name: _replaced(value, replace) for name, value in zip(names, values, strict=True)}
        changed += rows.filter(pk=pk).update(**new)
    return changed


def reasons_forget(words: Collection[str]) -> None:
    """Replace words in the reasons of all history rows; who, when and what stay."""
    for model in apps.get_models():
        if is_tracked(model):
            rows = history_manager(model).exclude(history_change_reason="")
            words_forget(rows, ["history_change_reason"], words)


def _headings_forget(words: Collection[str]) -> None:
    """Replace words in headings of files and in what is said of how they are read; which field a column fills stays."""
    if not words:
        return
    replace = _replacer(words)
    as_text = {"_mapping": Cast("mapping", TextField()), "_dialect": Cast("dialect", TextField())}
    for upload in Upload.objects.annotate(**as_text).filter(_containing(as_text, words)):
        for match in upload.mapping.get("matches", []):
            match["header"] = replace(match["header"])
        for note in upload.dialect.get("notes", []):
            note["text"] = replace(note["text"])
        Upload.objects.filter(pk=upload.pk).update(mapping=upload.mapping, dialect=upload.dialect)
    for saved in SavedMapping.objects.annotate(_columns=Cast("columns", TextField())).filter(
        _containing(["_columns"], words)
    ):
        columns = {replace(heading): item for heading, item in saved.columns.items()}
        SavedMapping.objects.filter(pk=saved.pk).update(columns=columns)


def words_replaced(text: str, words: Collection[str]) -> str:
    """Return a text with the words replaced."""
    return _replacer(words)(text) if words else text


def _containing(fields: Iterable[str], words: Collection[str]) -> Q:
    """Return the condition that one of the columns holds one of the words."""
    condition = Q(pk__in=[])
    # SQLite keeps JSON as it was written down, with letters outside ASCII escaped.
    forms = {form for word in words for form in (word, word.lower(), json.dumps(word)[1:-1])}
    for field in fields:
        for form in sorted(forms):
            condition |= Q(**{f"{field}__icontains": form})
    return condition


def _replacer(words: Collection[str]) -> Callable[[str], str]:
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return partial(pattern.sub, REPLACEMENT)


def _replaced(value: Any, replace: Callable[[str], str]) -> Any:
    """Return a value of a column with the words replaced, however deep they lie."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [_replaced(item, replace) for item in value]
    if isinstance(value, dict):
        return {replace(key): _replaced(item, replace) for key, item in value.items()}
    return value


def _remove_files(files: models.QuerySet[StoredFile]) -> None:
    for stored in list(files):
        transaction.on_commit(partial(file_remove, stored))

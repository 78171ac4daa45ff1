"""Uploading small files in tests."""

from __future__ import annotations

import textwrap
from typing import Any

import orjson

from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_apply, upload_create, upload_plan


def planned(
    text: str | bytes,
    *,
    owner: Any = None,
    name: str = "file.csv",
    kind: str = "products",
    pictures: bytes | None = None,
    **options: Any,
) -> Upload:
    """Take in and plan a file; its text may be indented. A ZIP of pictures may come with it."""
    content = text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode()
    upload = upload_create(kind=kind, content=content, name=name, owner=owner, options=options, pictures=pictures)
    if upload.state == "mapped":
        upload_plan(upload=upload, here=True)
    upload.refresh_from_db()
    return upload


def applied(text: str | bytes, **kwargs: Any) -> Upload:
    """Take in, plan and apply a file."""
    upload = planned(text, **kwargs)
    assert upload.error == ""
    upload_apply(upload=upload, here=True)
    upload.refresh_from_db()
    assert upload.state == "applied", (upload.state, upload.error, errors(upload))
    return upload


def counts(upload: Upload) -> dict[str, int]:
    """Return the counts that are not zero."""
    names = ("rows", "created", "updated", "unchanged", "failed", "skipped")
    found = {name: getattr(upload, name) for name in names}
    assert found["rows"] == sum(found[name] for name in names[1:])
    return {name: count for name, count in found.items() if count}


def errors(upload: Upload) -> dict[int, list[list[str]]]:
    """Return row number → [field, value, message] of every row that says something."""
    rows = upload.staged.exclude(errors="").values_list("number", "errors")
    return {number: orjson.loads(text) for number, text in rows}


def diffs(upload: Upload) -> dict[int, dict[str, Any]]:
    """Return row number → diff."""
    return {number: orjson.loads(text) for number, text in upload.staged.exclude(diff="").values_list("number", "diff")}


def actions(upload: Upload) -> dict[int, str]:
    """Return row number → action."""
    return dict(upload.staged.values_list("number", "action"))

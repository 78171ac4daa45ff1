"""What an upload came to, for programs and people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.mapping import mapping_of
from backoffice.kernel.transfers.models import RowAction, Upload
from backoffice.kernel.transfers.states import UploadState

# More errors than this are in the errors file.
ERRORS_REPORTED = 1_000


def upload_report(upload: Upload) -> dict[str, Any]:
    """Return what ``import_file --json`` prints."""
    return {
        "id": upload.pk,
        "kind": upload.kind,
        "digest": upload.digest,
        "mapping": mapping_report(upload),
        "rows": upload.rows,
        "created": upload.created,
        "updated": upload.updated,
        "unchanged": upload.unchanged,
        "failed": upload.failed,
        "skipped": upload.skipped,
        "errors": list(errors_of(upload, limit=ERRORS_REPORTED)),
        "warnings": upload.warnings,
        "unmapped_columns": upload.unmapped_columns,
        "applied": upload.state in {UploadState.APPLIED, UploadState.UNDOING, UploadState.UNDONE},
        "seconds": upload.seconds,
    }


def mapping_report(upload: Upload) -> dict[str, Any]:
    """Return the recognised shape, the saved mapping, and heading → field of the columns that are used."""
    matches = upload.mapping.get("matches", [])
    return {
        "shape": upload.mapping.get("shape", ""),
        "saved": upload.mapping.get("saved", ""),
        "columns": {match["header"]: match["field"] for match in matches if match["field"]},
    }


def headings_of(upload: Upload) -> dict[str, str]:
    """Return field → heading of its column in the file."""
    if not upload.mapping:
        return {}
    mapping = mapping_of(transfer_kind(upload.kind), upload.mapping).mapping
    return {match.field: match.header for match in mapping.matches if match.field}


def errors_of(upload: Upload, *, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield what is wrong, row by row: row, column (its heading), value, message."""
    headings = headings_of(upload)
    rows = upload.staged.filter(action__in=[RowAction.ERROR, RowAction.CONFLICT]).order_by("number")
    left = limit
    for number, errors in rows.values_list("number", "errors").iterator(chunk_size=2_000):
        for field, value, message in orjson.loads(errors):
            if left is not None:
                if left <= 0:
                    return
                left -= 1
            yield {"row": number, "column": headings.get(field, field), "value": value, "message": message}

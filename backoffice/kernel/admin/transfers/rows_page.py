"""The preview: totals, and the rows of the plan page by page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backoffice.kernel.addresses import number_in
from backoffice.kernel.admin.transfers.preview import action_label, plan_rows
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.models import RowAction, Upload
from backoffice.kernel.transfers.plan_pages import plan_page
from backoffice.kernel.transfers.states import UploadState


def rows_context(request: HttpRequest, upload: Upload, kind: TransferKind) -> dict[str, Any]:
    """Return totals, tabs and one page of rows; while a file is still being checked, of those checked so far."""
    counts = {
        RowAction.CREATE: upload.created,
        RowAction.UPDATE: upload.updated,
        RowAction.UNCHANGED: upload.unchanged,
        RowAction.ERROR: upload.failed - upload.conflicts,
        RowAction.CONFLICT: upload.conflicts,
        RowAction.SKIPPED: upload.skipped,
    }
    shown = request.GET.get("rows", "")
    action = RowAction(shown) if shown in RowAction.values else None
    # The counts are kept with each chunk, so that no page has to count a hundred thousand rows.
    total = counts[action] if action else upload.rows
    page = plan_page(upload, action=action, total=total, number=number_in(request.GET.get("page")) or 1)
    applied = upload.state in {UploadState.APPLIED, UploadState.UNDOING}
    return {
        "tabs": [(item.value, action_label(item.value), counts[item]) for item in RowAction if counts[item]],
        "action": action.value if action else "",
        "page": page,
        "rows": plan_rows(kind, page.rows, applied=applied),
        "total": upload.rows,
        "totals": [
            ("rows", upload.rows, ""),
            ("new", upload.created, "text-success"),
            ("changed", upload.updated, "text-primary"),
            ("unchanged", upload.unchanged, ""),
            ("wrong", upload.failed, "text-danger" if upload.failed else ""),
            ("left out", upload.skipped, ""),
        ],
    }

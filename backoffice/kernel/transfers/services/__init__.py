"""What people and programs do with an upload, step by step."""

from backoffice.kernel.transfers.services.applying import upload_apply, upload_approve
from backoffice.kernel.transfers.services.choosing import is_recognised, open_questions, upload_choose
from backoffice.kernel.transfers.services.discarding import upload_cancel
from backoffice.kernel.transfers.services.planning import upload_plan
from backoffice.kernel.transfers.services.undoing import upload_undo, upload_undo_plan, upload_undo_preview
from backoffice.kernel.transfers.services.uploads import (
    UploadRefused,
    upload_create,
    upload_drop_guesses,
    upload_map,
    upload_read_again,
)

__all__ = [
    "UploadRefused",
    "is_recognised",
    "open_questions",
    "upload_apply",
    "upload_approve",
    "upload_cancel",
    "upload_choose",
    "upload_create",
    "upload_drop_guesses",
    "upload_map",
    "upload_plan",
    "upload_read_again",
    "upload_undo",
    "upload_undo_plan",
    "upload_undo_preview",
]

"""All models of the kernel, in one place for Django to find."""

from backoffice.kernel import lookups  # noqa: F401 - registers its look-up
from backoffice.kernel.files.models import FileAccess, StoredFile
from backoffice.kernel.jobs.models import Job, JobLogEntry
from backoffice.kernel.selections.models import SelectedRow, Selection
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.transfers.models import Export, SavedColumns, SavedMapping, StagedRow, Upload

__all__ = [
    "Export",
    "FileAccess",
    "Job",
    "JobLogEntry",
    "SavedColumns",
    "SavedMapping",
    "SelectedRow",
    "Selection",
    "ShopSettings",
    "StagedRow",
    "StoredFile",
    "Upload",
]

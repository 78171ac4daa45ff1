"""The bases of every page of the admin, and the kernel's own pages."""

from backoffice.kernel.admin import checks  # noqa: F401 - registers itself
from backoffice.kernel.admin.files import FileAccessAdmin, StoredFileAdmin
from backoffice.kernel.admin.jobs import JobAdmin
from backoffice.kernel.admin.shop import ShopSettingsAdmin
from backoffice.kernel.admin.transfers.export_admin import ExportAdmin
from backoffice.kernel.admin.transfers.upload_admin import UploadAdmin

__all__ = ["ExportAdmin", "FileAccessAdmin", "JobAdmin", "ShopSettingsAdmin", "StoredFileAdmin", "UploadAdmin"]

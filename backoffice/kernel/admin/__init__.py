"""The bases of every page of the admin, and the kernel's own pages."""

from backoffice.kernel.admin import checks  # noqa: F401 - registers itself
from backoffice.kernel.admin.files import FileAccessAdmin, StoredFileAdmin
from backoffice.kernel.admin.jobs import JobAdmin
from backoffice.kernel.admin.shop import ShopSettingsAdmin

__all__ = ["FileAccessAdmin", "JobAdmin", "ShopSettingsAdmin", "StoredFileAdmin"]

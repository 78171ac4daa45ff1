"""Jobs in the admin: list, page, progress, undo."""

from backoffice.kernel.admin.jobs.job_admin import JobAdmin

__all__ = ["JobAdmin"]

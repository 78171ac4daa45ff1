"""The few mechanisms that every app shares, and that know none of them."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The shared kernel: history, scope, states, jobs, files, transfers."""

    name = "backoffice.kernel"
    label = "kernel"
    verbose_name = "Operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kernel's own jobs and receivers."""
        from backoffice.kernel import signals  # noqa: F401 - connects receivers
        from backoffice.kernel.files.registry import register_file_scope
        from backoffice.kernel.history import undo  # noqa: F401 - registers its jobs
        from backoffice.kernel.transfers import services as transfer_services  # noqa: F401 - registers its jobs
        from backoffice.kernel.transfers import signals as transfer_signals  # noqa: F401 - connects receivers
        from backoffice.kernel.transfers.selectors import PURPOSE, may_open_upload

        register_file_scope(PURPOSE, may_open_upload)

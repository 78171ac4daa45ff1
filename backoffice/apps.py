"""The project and its admin, as apps."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig


class BackofficeAdminConfig(AdminConfig):
    """Put the project's own admin site in the place of Django's."""

    default_site = "backoffice.site.BackofficeAdminSite"

    def ready(self) -> None:
        """Make the Celery app the current one where a broker delivers the jobs."""
        super().ready()
        if settings.JOBS_BROKER_URL:
            from backoffice import celery  # noqa: F401 - an app is the current one once it is made


class BackofficeConfig(AppConfig):
    """The project itself: commands, checks of the books and demo data that need every app."""

    name = "backoffice"
    verbose_name = "Backoffice"

    def ready(self) -> None:
        """Put the project's tags in the place of some of the theme's, before a template is read."""
        from backoffice import theme_tags  # noqa: F401 - registers them

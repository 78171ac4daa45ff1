"""The admin of the project, as an app."""

from django.contrib.admin.apps import AdminConfig


class BackofficeAdminConfig(AdminConfig):
    """Put the project's own admin site in the place of Django's."""

    default_site = "backoffice.site.BackofficeAdminSite"

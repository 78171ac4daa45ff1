"""The first page: queues and figures."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Queues and figures across all apps."""

    name = "backoffice.dashboard"
    verbose_name = "Dashboard"

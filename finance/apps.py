"""Payments, banks and payouts."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """Payments, banks and payouts."""

    name = "finance"
    verbose_name = "Finance"
    default_auto_field = "django.db.models.BigAutoField"

"""Invoices and credit notes."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """Invoices and credit notes."""

    name = "invoices"
    verbose_name = "Invoices"
    default_auto_field = "django.db.models.BigAutoField"

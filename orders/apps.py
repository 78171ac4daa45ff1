"""Orders, shipments and returns."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders, shipments and returns."""

    name = "orders"
    verbose_name = "Orders"
    default_auto_field = "django.db.models.BigAutoField"

"""The catalogue and the stock."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """The catalogue and the stock."""

    name = "products"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

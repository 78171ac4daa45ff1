"""Carts and checkout."""

from django.apps import AppConfig


class CartConfig(AppConfig):
    """Carts and checkout."""

    name = "cart"
    verbose_name = "Carts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the receivers."""
        from cart import signals  # noqa: F401 - registers itself

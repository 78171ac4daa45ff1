"""People and parties: users, customers, sellers, roles and row scope."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, customers and sellers."""

    name = "accounts"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

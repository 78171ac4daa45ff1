"""People and parties: users, customers, sellers, roles and row scope."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, customers and sellers."""

    name = "accounts"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the row scope, the checks, the receivers, the kinds of files and what an undo keeps."""
        from accounts import checks, signals  # noqa: F401 - registers itself
        from accounts.permissions import SCOPE
        from accounts.services.undo import customers_kept, users_kept
        from accounts.transfers.kinds import register as register_transfers
        from backoffice.kernel.history.undo import register_undo_keeper
        from backoffice.kernel.scope.rules import register_scope

        register_scope(SCOPE)
        register_transfers()
        register_undo_keeper("accounts.User", users_kept)
        register_undo_keeper("accounts.CustomerProfile", customers_kept)

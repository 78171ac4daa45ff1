"""Payments, banks and payouts."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """Payments, banks and payouts."""

    name = "finance"
    verbose_name = "Finance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard the rows that never change, and connect the receivers."""
        from backoffice.kernel.history.undo import register_undo_refusal
        from backoffice.kernel.immutable import guard_tables
        from backoffice.kernel.labels import register_label_joins
        from finance import signals  # noqa: F401 - connects receivers
        from finance.exports import register_exports
        from finance.guards import finance_guards

        guard_tables(self, finance_guards)
        register_undo_refusal(
            "finance.PaymentEvent",
            "It booked payments, and these books are kept for ever. Take orders back with “Cancel” in their list, "
            "and money with “Refund” on the payment's page.",
        )
        register_exports()
        register_label_joins("finance.Payment", "order")
        register_label_joins("finance.Refund", "payment__order")
        register_label_joins("finance.Match", "payment__order")
        register_label_joins("finance.Payout", "seller")

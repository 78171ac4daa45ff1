"""Invoices and credit notes."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """Invoices and credit notes."""

    name = "invoices"
    verbose_name = "Invoices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard the rows that never change, connect the receivers and register the jobs."""
        from backoffice.kernel.history.undo import register_undo_refusal
        from backoffice.kernel.immutable import guard_tables
        from backoffice.kernel.labels import register_label_joins
        from invoices import signals, tasks  # noqa: F401 - connects receivers, registers jobs
        from invoices.exports import register_exports
        from invoices.guards import invoices_guards
        from invoices.permissions import register_file_scopes
        from invoices.selectors.ledger import has_documents_of_job

        guard_tables(self, invoices_guards)
        register_undo_refusal(
            "invoices.Invoice",
            "It issued documents, which are kept for ever. Correct each with “Credit note” on its page.",
            applies=has_documents_of_job,
        )
        register_file_scopes()
        register_exports()
        for label in ("Invoice", "Issuer", "Series", "InvoiceLine", "InvoiceAdjustment", "TaxBreakdown"):
            register_label_joins(f"invoices.{label}")

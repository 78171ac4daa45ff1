"""The catalogue and the stock."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """The catalogue and the stock."""

    name = "products"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers, guard the rows that never change, and tell the kernel what it cannot know."""
        from backoffice.kernel.files.registry import register_file_scope
        from backoffice.kernel.history.undo import register_undo_hook, register_undo_keeper
        from backoffice.kernel.immutable import guard_tables
        from backoffice.kernel.labels import register_label_joins
        from products import signals  # noqa: F401 - connects receivers
        from products.guards import products_guards
        from products.selectors.pictures import may_open_picture
        from products.services.category_mending import categories_kept
        from products.services.images import PURPOSE
        from products.services.stock.undo import COLUMNS, LABEL, stock_undo_apply, stock_undo_plan
        from products.transfers.kinds import register as register_transfers

        register_transfers()
        register_undo_keeper("products.Category", categories_kept)
        register_undo_hook(LABEL, stock_undo_plan, stock_undo_apply, columns=COLUMNS)
        register_file_scope(PURPOSE, may_open_picture, logged=False)
        guard_tables(self, products_guards)
        for label in ("Attribute", "AttributeValue", "Category", "Product", "StockMovement", "TaxRate", "Variant"):
            register_label_joins(f"products.{label}")
        register_label_joins("products.Stock", "variant", "location")
        register_label_joins("products.VariantOption", "attribute", "value")

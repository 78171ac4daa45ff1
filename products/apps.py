"""The catalogue and the stock."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """The catalogue and the stock."""

    name = "products"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard the rows that never change, and say what the names of rows are made of."""
        from backoffice.kernel.immutable import guard_tables
        from backoffice.kernel.labels import register_label_joins
        from products.guards import products_guards

        guard_tables(self, products_guards)
        for label in ("Attribute", "AttributeValue", "Category", "Product", "StockMovement", "TaxRate", "Variant"):
            register_label_joins(f"products.{label}")
        register_label_joins("products.Stock", "variant", "location")
        register_label_joins("products.VariantOption", "attribute", "value")

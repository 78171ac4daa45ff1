"""Orders, shipments and returns."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders, shipments and returns."""

    name = "orders"
    verbose_name = "Orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare uploads, exports, undo and what the names of rows are made of; connect the receivers."""
        from backoffice.kernel.history.undo import register_undo_hook
        from backoffice.kernel.labels import register_label_joins
        from orders import signals  # noqa: F401 - connects receivers
        from orders.exports import register_exports
        from orders.selectors.promises import promises_of
        from orders.services.undo import LABEL, promises_undo_apply, promises_undo_plan
        from orders.services.undo_whole import register_order_undo
        from orders.transfers.kinds import register as register_transfers
        from products.selectors.explained import register_promise_source

        register_exports()
        register_transfers()
        register_undo_hook(LABEL, promises_undo_plan, promises_undo_apply)
        register_order_undo()
        register_promise_source(promises_of)
        for label in ("Order", "OrderLine", "OrderNote", "Shipment", "Return", "ReturnReason"):
            register_label_joins(f"orders.{label}")
        register_label_joins("orders.Allocation", "stock__variant", "stock__location")
        register_label_joins("orders.ShipmentLine", "order_line")
        register_label_joins("orders.ReturnLine", "order_line")

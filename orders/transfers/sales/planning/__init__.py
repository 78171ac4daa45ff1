"""Planning a chunk of rows of orders: what each of them would make."""

from orders.transfers.sales.planning.planner import plan_orders

__all__ = ["plan_orders"]

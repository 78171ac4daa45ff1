"""Planning a chunk of product rows: what each of them would change."""

from products.transfers.planning.planner import plan_products

__all__ = ["plan_products"]

"""Planning a chunk of a customers' file."""

from accounts.transfers.planning.planner import plan_customers

__all__ = ["plan_customers"]

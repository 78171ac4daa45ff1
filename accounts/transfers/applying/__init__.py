"""Writing a chunk of a plan for customers."""

from accounts.transfers.applying.chunk import apply_customers

__all__ = ["apply_customers"]

"""Writing a chunk of a plan for products."""

from products.transfers.applying.chunk import apply_products

__all__ = ["apply_products"]

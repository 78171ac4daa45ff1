"""The category tree in files: a row per category, told by its path."""

from products.transfers.categories.kind import CATEGORIES, CATEGORIES_EXPORT

__all__ = ["CATEGORIES", "CATEGORIES_EXPORT"]

"""Price lists: a row per SKU that exists; nothing else is changed and nothing is made."""

from products.transfers.prices.kind import PRICES, PRICES_EXPORT

__all__ = ["PRICES", "PRICES_EXPORT"]

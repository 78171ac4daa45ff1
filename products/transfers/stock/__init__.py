"""Stock lists, deliveries and counts: a row per SKU and location."""

from products.transfers.stock.kind import STOCK, STOCK_EXPORT

__all__ = ["STOCK", "STOCK_EXPORT"]

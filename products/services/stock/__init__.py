"""The only ways in which stock changes.

Every function locks the rows of stock that it touches in the order of their primary keys, so that
two of them never wait for each other; call one of them once per transaction with all rows, rather
than once per row.
"""

from products.services.stock.counts import StockCount, stock_count, stock_set
from products.services.stock.movements import StockMove, stock_move, stock_transfer
from products.services.stock.promises import (
    StockDemand,
    StockShare,
    stock_allocate,
    stock_release,
    stock_ship,
    stock_ship_parcels,
)
from products.services.stock.settings import stock_set_backorder, stock_set_reorder_point, stock_set_up

__all__ = [
    "StockCount",
    "StockDemand",
    "StockMove",
    "StockShare",
    "stock_allocate",
    "stock_count",
    "stock_move",
    "stock_release",
    "stock_set",
    "stock_set_backorder",
    "stock_set_reorder_point",
    "stock_set_up",
    "stock_ship",
    "stock_ship_parcels",
    "stock_transfer",
]

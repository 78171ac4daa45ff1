"""The shapes of other systems' exports of orders."""

from orders.transfers.sales.shapes.hosted import MAGENTO, SHOPIFY, WOOCOMMERCE
from orders.transfers.sales.shapes.own import LINES_ONLY, ORDERS_ONLY, WITH_LINES
from orders.transfers.sales.shapes.retail import UCI_RETAIL

SHAPES = (WITH_LINES, ORDERS_ONLY, LINES_ONLY, UCI_RETAIL, SHOPIFY, WOOCOMMERCE, MAGENTO)

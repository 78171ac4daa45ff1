"""The shapes of other systems' exports of orders."""

from orders.transfers.sales.shapes.hosted import MAGENTO, SHOPIFY, WOOCOMMERCE
from orders.transfers.sales.shapes.own import OWN_EXPORT
from orders.transfers.sales.shapes.retail import UCI_RETAIL

SHAPES = (OWN_EXPORT, UCI_RETAIL, SHOPIFY, WOOCOMMERCE, MAGENTO)

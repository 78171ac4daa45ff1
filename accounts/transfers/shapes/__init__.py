"""The customer exports of other systems that are recognised without a hand."""

from __future__ import annotations

from accounts.transfers.shapes.flat import BAGISTO, ODOO, PRESTASHOP, PRESTASHOP_ADDRESSES, PRESTASHOP_LIST
from accounts.transfers.shapes.hosted import SHOPIFY, SHOPIFY_OLD, SPREE, WOOCOMMERCE, WOOCOMMERCE_ANALYTICS
from accounts.transfers.shapes.magento import MAGENTO, MAGENTO_ADDRESSES, MAGENTO_TOGETHER
from backoffice.kernel.transfers.shapes import Shape

SHAPES: tuple[Shape, ...] = (
    SHOPIFY,
    SHOPIFY_OLD,
    SPREE,
    WOOCOMMERCE,
    WOOCOMMERCE_ANALYTICS,
    MAGENTO,
    MAGENTO_TOGETHER,
    MAGENTO_ADDRESSES,
    BAGISTO,
    PRESTASHOP,
    PRESTASHOP_ADDRESSES,
    PRESTASHOP_LIST,
    ODOO,
)

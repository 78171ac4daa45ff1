"""The catalogue exports of other systems that are recognised without a hand."""

from __future__ import annotations

from backoffice.kernel.transfers.shapes import Shape
from products.transfers.shapes.families import BAGISTO, MAGENTO
from products.transfers.shapes.flat import ODOO, OSCAR, OSCAR_OLD, OSCAR_SEMICOLON, PRESTASHOP
from products.transfers.shapes.hosted import SHOPIFY, SHOPIFY_URL_HANDLE, SPREE, SQUARE, VENDURE
from products.transfers.shapes.woocommerce import WOOCOMMERCE

SHAPES: tuple[Shape, ...] = (
    SHOPIFY,
    SHOPIFY_URL_HANDLE,
    SPREE,
    WOOCOMMERCE,
    MAGENTO,
    BAGISTO,
    PRESTASHOP,
    ODOO,
    VENDURE,
    SQUARE,
    OSCAR,
    OSCAR_OLD,
    OSCAR_SEMICOLON,
)

"""Whether something can be ordered."""

from __future__ import annotations

from accounts.models import SellerStatus
from products.models import Variant
from products.states import ProductStatus


def not_on_sale(variant: Variant) -> str:
    """Return why a variant cannot be ordered, or an empty string; ``product__seller`` is joined."""
    if not variant.is_active:
        return f"{variant.sku} is not on sale."
    if variant.product.status != ProductStatus.ACTIVE:
        return f"{variant.sku} is not on sale: {variant.product} is {variant.product.get_status_display().lower()}."
    seller = variant.product.seller
    if seller.status != SellerStatus.ACTIVE:
        return f"{variant.sku} is not on sale: {seller} is {seller.get_status_display().lower()}."
    return ""

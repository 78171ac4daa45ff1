"""Reading the shop's settings."""

from __future__ import annotations

from backoffice.kernel.keyed import row_find
from backoffice.kernel.shop.models import ShopSettings


def shop_settings() -> ShopSettings:
    """Return the shop's settings; the defaults where the row has not been made yet."""
    return row_find(ShopSettings, ShopSettings.SINGLETON_ID) or ShopSettings(pk=ShopSettings.SINGLETON_ID)

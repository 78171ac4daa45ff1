"""Reading the shop's settings."""

from __future__ import annotations

from backoffice.kernel.shop.models import ShopSettings


def shop_settings() -> ShopSettings:
    """Return the shop's settings; the defaults where the row has not been made yet."""
    return ShopSettings.objects.filter(pk=ShopSettings.SINGLETON_ID).first() or ShopSettings(
        pk=ShopSettings.SINGLETON_ID
    )

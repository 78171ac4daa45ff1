"""Writing the shop's settings."""

from __future__ import annotations

from backoffice.kernel.shop.models import ShopSettings


def shop_settings_row() -> ShopSettings:
    """Return the row of settings, made with its defaults where there is none yet."""
    row, _made = ShopSettings.objects.get_or_create(pk=ShopSettings.SINGLETON_ID)
    return row

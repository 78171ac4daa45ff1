"""Keeping the shop's settings."""

from __future__ import annotations

from backoffice.kernel.shop.models import ShopSettings


def shop_settings_ensure() -> ShopSettings:
    """Make the row of settings with its defaults where it is missing."""
    settings, _ = ShopSettings.objects.get_or_create(pk=ShopSettings.SINGLETON_ID)
    return settings

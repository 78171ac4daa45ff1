"""The page of the shop's settings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.shop.services import shop_settings_row


@admin.register(ShopSettings)
class ShopSettingsAdmin(BackofficeModelAdmin):
    """One row, so its list is its page."""

    fieldsets = [
        (None, {"fields": ["shop_name", "base_currency", "country", "prices_include_tax", "allow_backorder"]}),
        ("Terms and queues", {"fields": ["payment_due_days", "cart_expiry_days", "queue_age_warning_hours"]}),
        ("Security", {"fields": ["require_second_factor"]}),
        (
            "Uploads",
            {"fields": ["upload_max_megabytes", "upload_max_rows", "upload_max_columns", "image_url_hosts"]},
        ),
        (
            "A second person approves",
            {"fields": ["approval_rows", "approval_price_change_percent", "approval_stock_value"]},
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row and no other."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is always one row."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the row."""
        if not self.has_view_or_change_permission(request):
            page: HttpResponse = super().changelist_view(request, extra_context)
            return page
        row = shop_settings_row()
        return HttpResponseRedirect(reverse("admin:kernel_shopsettings_change", args=[row.pk]))

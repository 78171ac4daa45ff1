"""Sellers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import SellerProfile
from backoffice.kernel.admin.base import BackofficeModelAdmin


@admin.register(SellerProfile)
class SellerProfileAdmin(BackofficeModelAdmin):
    """Stores, their tax and bank data, and their commission."""

    list_display = ("store_name", "code", "status", "country", "vat_id", "commission_percent")
    list_filter = ("status", "country")
    search_fields = ("store_name", "code", "legal_name", "vat_id")
    fieldsets = (
        (None, {"fields": ("store_name", "code", "status", "contact_email")}),
        ("Legal", {"fields": ("legal_name", "vat_id", "tax_number", "line1", "postcode", "city", "country")}),
        ("Money", {"fields": ("commission_percent", "iban")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code, which files and addresses use, once it is given."""
        return ("code",) if obj else ()

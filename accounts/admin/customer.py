"""Customers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Address, CustomerProfile
from backoffice.kernel.admin.base import BackofficeModelAdmin


@admin.register(CustomerProfile)
class CustomerProfileAdmin(BackofficeModelAdmin):
    """A customer's page: master data and addresses; apps above add orders, payments and invoices."""

    list_display = ("name", "email", "company", "vat_id", "language", "created_at")
    list_filter = ("language", "accepts_marketing")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__first_name", "user__last_name", "company", "vat_id", "phone")
    autocomplete_fields = ("user",)
    fieldsets = (
        (None, {"fields": ("user", "company", "vat_id", "phone", "language")}),
        ("Terms", {"fields": ("payment_terms_days", "accepts_marketing", "note")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerProfile]:
        """Leave out nobody: erased customers keep their row."""
        return super().get_queryset(request).select_related("user")

    @admin.display(description="Name", ordering="user__last_name")
    def name(self, customer: CustomerProfile) -> str:
        """Return the person's name."""
        return customer.user.get_full_name()

    @admin.display(description="Email", ordering="user__email")
    def email(self, customer: CustomerProfile) -> str:
        """Return the person's email."""
        return customer.user.email

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the log-in that a customer belongs to."""
        return ("user",) if obj else ()


@admin.register(Address)
class AddressAdmin(BackofficeModelAdmin):
    """Addresses of customers."""

    list_display = ("user", "name", "line1", "postcode", "city", "country", "is_default_billing", "is_default_shipping")
    list_filter = ("country",)
    list_select_related = ("user",)
    search_fields = ("user__email", "name", "company", "postcode", "city")
    autocomplete_fields = ("user",)

"""Tax classes with the rates of countries."""

from __future__ import annotations

from django.contrib import admin

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from products.models import TaxClass, TaxRate


class TaxRateInline(BackofficeTabularInline):
    """The rates of a class: per country from a day on. A new rate is a new row."""

    model = TaxRate
    fields = ("country", "rate", "valid_from", "category", "exemption_reason")
    ordering = ("country", "-valid_from")


@admin.register(TaxClass)
class TaxClassAdmin(BackofficeModelAdmin):
    """Kinds of goods for tax."""

    list_display = ("name", "code")
    search_fields = ("name", "code")
    inlines = (TaxRateInline,)
    timeline_children = ["rates"]

    class Media:
        css = {"all": ("products/catalogue.css",)}

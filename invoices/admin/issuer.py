"""Issuers and their series."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from invoices.exceptions import InvoiceRefused
from invoices.models import Issuer, Series
from invoices.services.logos import logo_store
from products.admin.refusals import RefusalMessageMixin


class IssuerForm(forms.ModelForm[Issuer]):
    """Master data, with a picture for the logo."""

    logo_upload = forms.FileField(
        required=False, label="new logo", help_text="PNG or JPEG, up to 2 MB. Printed at the top of each document."
    )
    remove_logo = forms.BooleanField(required=False, label="print no logo")

    def clean(self) -> dict[str, Any]:
        """Check and keep the picture, if there is one."""
        data = super().clean() or {}
        upload = data.get("logo_upload")
        if upload and not self.errors:
            try:
                self.instance.logo = logo_store(content=upload.read(), name=upload.name)
            except InvoiceRefused as error:
                self.add_error("logo_upload", str(error))
        elif data.get("remove_logo"):
            self.instance.logo = None
        return data


class SeriesInline(BackofficeTabularInline):
    """The number series: the prefix can be chosen before the first number."""

    model = Series
    fields = ("kind", "year", "prefix", "counter", "last_issued_on", "last_hash")
    readonly_fields = ("counter", "last_issued_on", "last_hash")
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A prefix stands on documents: it does not change."""
        return False


@admin.register(Issuer)
class IssuerAdmin(RefusalMessageMixin, BackofficeModelAdmin):
    """The legal entity on the documents. What is issued keeps the data of its day."""

    form = IssuerForm
    list_display = ("name", "city", "country", "vat_id", "policy", "is_default")
    search_fields = ("name", "vat_id")
    inlines = (SeriesInline,)
    timeline_children = ["series"]
    readonly_fields = ("logo_shown",)
    fieldsets = (
        (None, {"fields": ("name", "policy", "is_default")}),
        ("Address", {"fields": ("line1", "line2", "postcode", "city", "country")}),
        ("Tax and register", {"fields": ("vat_id", "tax_number", "registration")}),
        ("Bank", {"fields": ("bank_name", "iban", "bic")}),
        ("Contact", {"fields": ("email", "phone", "website")}),
        ("Print", {"fields": ("logo_shown", "logo_upload", "remove_logo", "footer")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Documents name their issuer for ever."""
        return False

    @admin.display(description="logo")
    def logo_shown(self, issuer: Issuer) -> SafeString:
        """Show the logo."""
        if issuer.logo_id is None:
            return format_html("{}", "none")
        url = reverse("file", args=[issuer.logo_id])
        return format_html('<img src="{}" alt="{}" style="max-height: 4rem; max-width: 16rem">', url, "Logo")

"""Addresses, on their own and on a customer's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Address
from accounts.services.addresses import address_save
from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeStackedInline

_DEFAULTS = ("is_default_billing", "is_default_shipping")
_FIELDS = ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone", *_DEFAULTS)


class AddressForm(forms.ModelForm[Address]):
    """An address; making it a default takes that from the one that was it before."""

    class Meta:
        model = Address
        fields = "__all__"  # noqa: DJ007 - the admin names them

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the one default of a customer to the service, which moves it."""
        return {*super()._get_validation_exclusions(), *_DEFAULTS}  # type: ignore[misc]  # not in the stubs


class AddressFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """The addresses of one customer."""

    def clean(self) -> None:
        """Let at most one address be the default for each purpose."""
        super().clean()
        for flag in _DEFAULTS:
            chosen = [
                form
                for form in self.forms
                if form.cleaned_data.get(flag) and not form.cleaned_data.get("DELETE", False)
            ]
            for form in chosen[1:]:
                form.add_error(flag, "Another address is ticked as the default too; choose one.")


class AddressInline(BackofficeStackedInline):
    """The addresses on a customer's page."""

    model = Address
    form = AddressForm
    formset = AddressFormSet
    through = "user"
    fields = _FIELDS
    verbose_name_plural = "addresses"


@admin.register(Address)
class AddressAdmin(BackofficeModelAdmin):
    """Addresses of customers."""

    form = AddressForm
    list_display = ("user", "name", "line1", "postcode", "city", "country", "is_default_billing", "is_default_shipping")
    list_filter = ("country",)
    list_select_related = ("user",)
    search_fields = ("user__email", "name", "company", "postcode", "city")
    search_help_text = "Email, name, company, postcode or city"
    autocomplete_fields = ("user",)
    fields = ("user", *_FIELDS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Keep the customer that an address belongs to."""
        return (*super().get_readonly_fields(request, obj), *(("user",) if obj else ()))

    def save_model(self, request: HttpRequest, obj: Address, form: Any, change: bool) -> None:
        """Save through the service, which moves defaults."""
        address_save(address=obj)

"""Payment methods and bank accounts."""

from __future__ import annotations

from django.contrib import admin

from backoffice.kernel.admin.base import BackofficeModelAdmin
from finance.models import BankAccount, PaymentMethod
from products.admin.refusals import RefusalMessageMixin


@admin.register(PaymentMethod)
class PaymentMethodAdmin(RefusalMessageMixin, BackofficeModelAdmin):
    """The ways to pay that the shop offers; the first active one is the default."""

    list_display = ("name", "code", "kind", "is_active", "position")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code")
    fields = ("name", "code", "kind", "position", "is_active")


@admin.register(BankAccount)
class BankAccountAdmin(RefusalMessageMixin, BackofficeModelAdmin):
    """The shop's own accounts."""

    list_display = ("name", "iban", "bic", "currency", "is_active")
    list_filter = ("is_active", "currency")
    search_fields = ("name", "iban")
    fields = ("name", "iban", "bic", "currency", "is_active")

"""ModelAdmins over the catalogue, as an app would write them, for the kernel's tests."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from backoffice.kernel.admin.actions import ActionPlan, BulkAction
from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from backoffice.kernel.states.machine import apply_transition
from products.models import Product, Variant
from products.states import PRODUCT_MACHINE


class PercentForm(forms.Form):
    percent = forms.IntegerField(min_value=1, max_value=100)


class CutPrices(BulkAction):
    """Cut prices by some percent; goods under 1.00 are left out."""

    name = "cut_prices"
    label = "Cut prices"
    permission = "products.reprice_product"
    form_class = PercentForm
    inline_limit = 500

    def plan(self, queryset, user, data):
        plan = ActionPlan(applicable=[])
        for variant in queryset.order_by("pk"):
            if variant.price < 1:
                plan.refused.append((variant.sku, f"{variant.sku} costs less than 1.00."))
            else:
                plan.applicable.append(variant.pk)
        return plan

    def execute(self, ids, user, data, context):
        for variant in Variant.objects.filter(pk__in=ids).order_by("pk"):
            variant.price = (variant.price * (100 - data["percent"]) / 100).quantize(Decimal("0.01"))
            variant.save()
        return {"applied": len(ids)}


class VariantAdmin(BackofficeModelAdmin):
    list_display = ["sku", "product", "price"]
    list_select_related = ["product"]
    list_filter = ["product__seller", "product"]
    search_fields = ["sku"]
    fields = ["product", "sku", "title", "price"]
    bulk_actions = [CutPrices]
    ordering = ["pk"]


class VariantInline(BackofficeTabularInline):
    model = Variant
    fields = ["sku", "title", "price"]


class ProductAdmin(BackofficeModelAdmin):
    list_display = ["name", "seller"]
    list_select_related = ["seller"]
    search_fields = ["name"]
    fields = ["seller", "tax_class", "handle", "name", "status", "brand"]
    readonly_fields = ["status"]
    inlines = [VariantInline]
    timeline_children = ["variants"]
    field_permissions = {"brand": "products.publish_product"}
    transitions = {
        PRODUCT_MACHINE: {
            "publish": lambda product, reason, user: apply_transition(
                product, PRODUCT_MACHINE, "publish", reason=reason
            ),
            "archive": lambda product, reason, user: apply_transition(
                product, PRODUCT_MACHINE, "archive", reason=reason
            ),
        }
    }
    transition_reasons = {"product.archive"}


PAGES = {Product: ProductAdmin, Variant: VariantAdmin}

"""The list and the page of variants."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.shop.selectors import shop_settings
from products.admin.actions import ChangeVariantPrices, PutOnSale, TakeOffSale
from products.admin.display import FactsChangeList, level_badge, money, status_badge
from products.admin.filters import PriceFilter, VariantCategoryFilter, VariantLevelFilter
from products.admin.forms import OptionsLineMixin, VariantForm
from products.admin.moving import StockMovingMixin
from products.admin.refusals import RefusalMessageMixin
from products.models import Variant, VariantOption
from products.selectors.levels import NOT_STOCKED, variant_levels
from products.selectors.search import search_variants
from products.services.variants import variant_delete, variant_save


@admin.register(Variant)
class VariantAdmin(OptionsLineMixin, RefusalMessageMixin, StockMovingMixin, BackofficeModelAdmin):
    """What is priced, stocked and sold. New variants are made on the product's page."""

    form = VariantForm
    list_display = (
        "sku",
        "product_name",
        "title",
        "price_shown",
        "former_price",
        "cost_shown",
        "stock",
        "is_active",
        "state",
    )
    list_filter = (
        "is_active",
        "product__status",
        VariantCategoryFilter,
        VariantLevelFilter,
        PriceFilter,
        "product__seller",
    )
    list_select_related = ("product",)
    search_fields = ("sku",)
    search_help_text = "SKU, barcode, product or title"
    ordering = ("-pk",)
    bulk_actions = [ChangeVariantPrices, PutOnSale, TakeOffSale]
    timeline_children = ["options", "stocks"]
    readonly_fields = ("product_link", "stock_link")
    fieldsets = (
        (None, {"fields": ("product_link", "sku", "options_line", "title", "barcode", "is_active", "stock_link")}),
        ("Prices", {"fields": ("price", "compare_at_price", "cost")}),
        ("Shipping", {"fields": ("weight_grams", "unit_code")}),
    )

    class Media:
        css = {"all": ("products/catalogue.css",)}

    # The list -----------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the list that fetches its further facts once per page."""
        return FactsChangeList

    def add_facts(self, request: HttpRequest, rows: list[Variant]) -> None:
        """Put the stock on the rows of a page."""
        currency = shop_settings().base_currency
        levels = variant_levels([row.pk for row in rows])
        for row in rows:
            row.level, row.currency = levels.get(row.pk, NOT_STOCKED), currency  # type: ignore[attr-defined]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave out the seller for sellers, who have only one."""
        filters = super().get_list_filter(request)
        return filters if is_house(request) else [entry for entry in filters if entry != "product__seller"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search names and numbers by their indexes."""
        return search_variants(queryset, search_term), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Let links from a product narrow the list to it; its rows are in scope or not there."""
        return lookup == "product__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="Product", ordering="product__name")
    def product_name(self, variant: Variant) -> SafeString:
        """Show the product and lead to it."""
        url = reverse("admin:products_product_change", args=[variant.product_id])
        return format_html('<a href="{}">{}</a>', url, variant.product.name)

    @admin.display(description="Price", ordering="price")
    def price_shown(self, variant: Any) -> str:
        """Show the price."""
        return money(variant.price, variant.currency)

    @admin.display(description="Former price", ordering="compare_at_price")
    def former_price(self, variant: Any) -> str:
        """Show the former price."""
        return money(variant.compare_at_price, variant.currency)

    @admin.display(description="Cost", ordering="cost")
    def cost_shown(self, variant: Any) -> str:
        """Show the cost."""
        return money(variant.cost, variant.currency)

    @admin.display(description="Stock")
    def stock(self, variant: Any) -> SafeString:
        """Show the stock over all locations and lead to its movements."""
        url = reverse("admin:products_variant_stock", args=[variant.pk])
        return format_html('<a href="{}">{}</a>', url, level_badge(variant.level))

    @admin.display(description="Product status", ordering="product__status")
    def state(self, variant: Variant) -> SafeString:
        """Show the product's status."""
        return status_badge(variant.product)

    # The page -----------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        """Fetch what names a variant's options, for its page alone."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        if match is not None and "object_id" in match.kwargs:
            options = VariantOption.objects.select_related("attribute", "value")
            rows = rows.select_related("product").prefetch_related(Prefetch("options", options))
        return rows

    @admin.display(description="Product")
    def product_link(self, variant: Variant) -> SafeString:
        """Lead to the product."""
        return self.product_name(variant)

    @admin.display(description="Stock")
    def stock_link(self, variant: Variant) -> SafeString:
        """Show the stock and lead to its movements."""
        level = variant_levels([variant.pk]).get(variant.pk, NOT_STOCKED)
        url = reverse("admin:products_variant_stock", args=[variant.pk])
        return format_html('{} <a href="{}">{}</a>', level_badge(level), url, "Movements and moving")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A variant is made on its product's page."""
        return False

    def delete_model(self, request: HttpRequest, obj: Variant) -> None:
        """Delete through the service."""
        variant_delete(variant=obj)

    def save_model(self, request: HttpRequest, obj: Variant, form: Any, change: bool) -> None:
        """Save through the service, options included."""
        variant_save(variant=obj, options=form.cleaned_data.get("options_line"))

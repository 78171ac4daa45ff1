"""The list of products."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.shop.selectors import shop_settings
from products.admin.actions import ArchiveProducts, ChangeProductPrices, PublishProducts, WithdrawProducts
from products.admin.display import EMPTY, FactsChangeList, level_badge, price_span, status_badge, thumbnail
from products.admin.filters import CategoryFilter, MissingFilter, ProductLevelFilter
from products.models import Product
from products.selectors.levels import product_facts
from products.selectors.search import search_products


class ProductListMixin(BackofficeModelAdmin):
    """Columns, filters, search and actions of the list of products."""

    list_display = (
        "picture",
        "name_and_brand",
        "state",
        "stock",
        "prices",
        "variants",
        "category_name",
        "seller",
        "updated_at",
    )
    list_display_links = ("picture", "name_and_brand")
    list_filter = ("status", CategoryFilter, "seller", ProductLevelFilter, MissingFilter)
    list_select_related = ("seller", "category")
    search_fields = ("name",)
    search_help_text = "Name, brand, handle, SKU or barcode"
    ordering = ("-pk",)
    bulk_actions = [PublishProducts, ArchiveProducts, WithdrawProducts, ChangeProductPrices]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the list that fetches its further facts once per page."""
        return FactsChangeList

    def add_facts(self, request: HttpRequest, rows: list[Product]) -> None:
        """Put prices, stock and pictures on the rows of a page."""
        currency = shop_settings().base_currency
        facts = product_facts([row.pk for row in rows])
        variants = reverse("admin:products_variant_changelist")
        for row in rows:
            row.facts, row.currency = facts[row.pk], currency  # type: ignore[attr-defined]
            row.variants_url = f"{variants}?product__id__exact={row.pk}"  # type: ignore[attr-defined]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the seller for sellers, who have only one."""
        names = super().get_list_display(request)
        return names if is_house(request) else [name for name in names if name != "seller"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The same for the filters."""
        filters = super().get_list_filter(request)
        return filters if is_house(request) else [entry for entry in filters if entry != "seller"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search names and numbers by their indexes."""
        return search_products(queryset, search_term), False

    @admin.display(description="")
    def picture(self, product: Any) -> SafeString:
        """Show the first picture."""
        return thumbnail(product.facts.thumbnail_id, alt="")

    @admin.display(description="Product", ordering="name")
    def name_and_brand(self, product: Product) -> SafeString | str:
        """Show name and brand."""
        if not product.brand:
            return product.name
        return format_html('{}<br><small class="text-secondary">{}</small>', product.name, product.brand)

    @admin.display(description="Category", ordering="category__path")
    def category_name(self, product: Product) -> SafeString | str:
        """Show the category's own name, with its place in the tree as a hint."""
        if product.category is None:
            return EMPTY
        return format_html('<span title="{}">{}</span>', product.category.full_name, product.category.name)

    @admin.display(description="Status", ordering="status")
    def state(self, product: Product) -> SafeString:
        """Show the status."""
        return status_badge(product)

    @admin.display(description="Variants")
    def variants(self, product: Any) -> SafeString:
        """Count the variants and lead to them."""
        return format_html('<a href="{}">{}</a>', product.variants_url, product.facts.variants)

    @admin.display(description="Price")
    def prices(self, product: Any) -> str:
        """Show the span of the variants' prices."""
        return price_span(product.facts.price_min, product.facts.price_max, product.currency)

    @admin.display(description="Stock")
    def stock(self, product: Any) -> SafeString:
        """Show the stock of all variants together."""
        return level_badge(product.facts.stock)

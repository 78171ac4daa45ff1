"""Stock per location, the ledger of its movements, and the locations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.shop.selectors import shop_settings
from products.admin.display import EMPTY, FactsChangeList, level_badge, money, signed
from products.admin.filters import StockLevelFilter
from products.admin.people import moved_by
from products.admin.refusals import RefusalMessageMixin
from products.admin.stock_actions import AllowBackorder, ForbidBackorder, SetReorderPoint
from products.models import Location, Stock, StockMovement
from products.selectors.explained import stock_explain
from products.selectors.levels import AVAILABLE, level_of_rows
from products.selectors.search import search_by_variant
from products.services.stock import stock_set_up


@admin.register(Location)
class LocationAdmin(BackofficeModelAdmin):
    """Places where stock lies, in the order in which they are allocated from."""

    list_display = ("name", "code", "country", "priority", "is_active")
    search_fields = ("name", "code")
    ordering = ("priority", "code")


@admin.register(Stock)
class StockAdmin(RefusalMessageMixin, BackofficeModelAdmin):
    """How much lies where. Quantities change by movements alone."""

    list_display = (
        "sku",
        "product",
        "location",
        "on_hand",
        "allocated",
        "available",
        "level",
        "reorder_point",
        "value",
    )
    list_display_links = ("sku",)
    list_filter = (StockLevelFilter, "location", "backorder", "variant__product__seller")
    list_select_related = ("variant__product", "location")
    search_fields = ("variant__sku",)
    search_help_text = "SKU, barcode, product or title"
    ordering = ("-pk",)
    bulk_actions = [SetReorderPoint, AllowBackorder, ForbidBackorder]
    fields = ("variant_link", "location", "on_hand", "allocated", "reorder_point", "backorder", "explained")
    readonly_fields = ("variant_link", "location", "on_hand", "allocated", "explained")

    class Media:
        css = {"all": ("products/catalogue.css",)}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the list that knows the currency."""
        return FactsChangeList

    def add_facts(self, request: HttpRequest, rows: list[Stock]) -> None:
        """Put the currency on the rows of a page."""
        currency = shop_settings().base_currency
        for row in rows:
            row.currency = currency  # type: ignore[attr-defined]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave out the seller for sellers, who have only one."""
        filters = super().get_list_filter(request)
        return filters if is_house(request) else [entry for entry in filters if entry != "variant__product__seller"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search names and numbers by their indexes."""
        return search_by_variant(queryset, search_term, path="variant"), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Keep the request with the object: who reads decides which names the explanation tells."""
        stock = super().get_object(request, object_id, from_field)
        if stock is not None:
            stock.reader = request.user
        return stock

    @admin.display(description="SKU", ordering="variant__sku")
    def sku(self, stock: Stock) -> SafeString:
        """Show the SKU."""
        return format_html('<span class="text-nowrap">{}</span>', stock.variant.sku)

    @admin.display(description="Product", ordering="variant__product__name")
    def product(self, stock: Stock) -> SafeString:
        """Show product and variant."""
        title = f" · {stock.variant.title}" if stock.variant.title else ""
        url = reverse("admin:products_product_change", args=[stock.variant.product_id])
        return format_html('<a href="{}">{}</a>{}', url, stock.variant.product.name, title)

    @admin.display(description="Available", ordering=AVAILABLE)
    def available(self, stock: Stock) -> int:
        """Show what can still be promised."""
        return stock.available

    @admin.display(description="Level")
    def level(self, stock: Stock) -> SafeString:
        """Show how well this place is stocked."""
        return level_badge(level_of_rows([stock]))

    @admin.display(description="Value at cost", ordering=F("on_hand") * F("variant__cost"))
    def value(self, stock: Any) -> str:
        """Show what the stock cost; a dash where the cost is not known."""
        cost = stock.variant.cost
        return EMPTY if cost is None else money(cost * stock.on_hand, stock.currency)

    @admin.display(description="Variant")
    def variant_link(self, stock: Stock) -> SafeString:
        """Lead to the variant, and to the page that moves its stock."""
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:products_variant_change", args=[stock.variant_id]),
            stock.variant,
            reverse("admin:products_variant_stock", args=[stock.variant_id]),
            "Receive, take out, count or carry",
        )

    @admin.display(description="Where the figures come from")
    def explained(self, stock: Any) -> SafeString:
        """List movements and promises."""
        entry = stock_explain(stock=stock)
        for movement in entry.movements:
            movement.by = moved_by(movement, stock.reader)  # type: ignore[attr-defined]
        return render_to_string("admin/products/stock_explained.html", {"entry": entry})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Stock comes to be by its first movement."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Stock whose movements are kept for ever is kept too."""
        return False

    def save_model(self, request: HttpRequest, obj: Stock, form: Any, change: bool) -> None:
        """Save through the service, which leaves the quantities as they are now."""
        stock_set_up(stock=obj)


@admin.register(StockMovement)
class StockMovementAdmin(BackofficeModelAdmin):
    """The ledger of stock. Nobody changes it; a mistake is mended by another movement."""

    list_display = ("created_at", "sku", "location", "pieces", "reason", "reference", "note", "who")
    list_filter = ("reason", "stock__location", "created_at", "stock__variant__product__seller")
    list_select_related = ("stock__variant", "stock__location", "user", "job__owner")
    search_fields = ("reference",)
    search_help_text = "SKU, barcode, product, or the beginning of a reference"
    ordering = ("-pk",)
    fields = ("stock_link", "pieces", "reason", "reference", "note", "who", "created_at", "effective_at", "undone")
    readonly_fields = fields

    def add_facts(self, request: HttpRequest, rows: list[StockMovement]) -> None:
        """Remember who reads."""
        for row in rows:
            row.reader = request.user  # type: ignore[attr-defined]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the list that tells the rows who reads."""
        return FactsChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Remember who reads."""
        movement = super().get_object(request, object_id, from_field)
        if movement is not None:
            movement.reader = request.user
        return movement

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave out the seller for sellers, who have only one."""
        hidden = "stock__variant__product__seller"
        filters = super().get_list_filter(request)
        return filters if is_house(request) else [entry for entry in filters if entry != hidden]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search references, names and numbers by their indexes."""
        if not search_term.strip():
            return queryset, False
        by_reference = queryset.filter(reference__startswith=search_term.strip())
        by_variant = search_by_variant(queryset, search_term, path="stock__variant")
        return (by_reference if by_reference.exists() else by_variant), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Let links from a stock narrow the list to it; its rows are in scope or not there."""
        return lookup == "stock__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="SKU", ordering="stock__variant__sku")
    def sku(self, movement: StockMovement) -> str:
        """Show the SKU."""
        return movement.stock.variant.sku

    @admin.display(description="Location", ordering="stock__location__name")
    def location(self, movement: StockMovement) -> str:
        """Show the location."""
        return movement.stock.location.name

    @admin.display(description="Pieces", ordering="quantity")
    def pieces(self, movement: StockMovement) -> SafeString:
        """Show how many came or went."""
        return signed(movement.quantity)

    @admin.display(description="Who")
    def who(self, movement: Any) -> SafeString | str:
        """Name the person or the job."""
        return moved_by(movement, movement.reader)

    @admin.display(description="Stock")
    def stock_link(self, movement: StockMovement) -> SafeString:
        """Lead to the stock."""
        url = reverse("admin:products_stock_change", args=[movement.stock_id])
        return format_html('<a href="{}">{}</a>', url, movement.stock)

    @admin.display(description="Taken back")
    def undone(self, movement: StockMovement) -> SafeString | str:
        """Lead to the movement that takes this one back, or to the one that it takes back."""
        other = movement.undoes or movement.undone_by.first()
        if other is None:
            return EMPTY
        words = "takes back" if movement.undoes_id else "was taken back by"
        url = reverse("admin:products_stockmovement_change", args=[other.pk])
        return format_html('{} <a href="{}">{}</a>', words, url, other)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Movements are written by services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Movements are never changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Movements are never deleted."""
        return False

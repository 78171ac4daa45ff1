"""The list of order lines: what was sold, line by line. Sellers find their sales here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.paging import LongListPaginator
from backoffice.kernel.admin.scoped import is_house
from orders.admin.display import age, badge, money
from orders.models import OrderLine
from orders.selectors.searching import line_search


class ProgressFilter(admin.SimpleListFilter):
    """How far a line's goods have come."""

    title = "progress"
    parameter_name = "progress"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the steps."""
        return [("to-ship", "To ship"), ("under-way", "Under way"), ("returned", "Returned")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list."""
        if self.value() == "to-ship":
            return queryset.filter(allocated__gt=0)
        if self.value() == "under-way":
            return queryset.filter(shipped__gt=F("delivered"))
        if self.value() == "returned":
            return queryset.filter(returned__gt=0)
        return queryset


@admin.register(OrderLine)
class OrderLineAdmin(BackofficeModelAdmin):
    """Order lines, to be looked at and exported; they are edited on their order."""

    list_display = (
        "order_link",
        "placed",
        "sku",
        "name",
        "seller",
        "quantity",
        "to_ship_shown",
        "shipped",
        "delivered",
        "returned",
        "price",
        "net_shown",
        "state",
    )
    list_filter = (ProgressFilter, "seller")
    list_select_related = ("order", "seller")
    list_display_links = None
    search_fields = ("sku",)
    search_help_text = "SKU or order number"
    ordering = ("-pk",)
    paginator = LongListPaginator

    class Media:
        css = {"all": ("orders/orders.css",)}

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the seller for sellers, who have only one."""
        columns = super().get_list_display(request)
        return columns if is_house(request) else [name for name in columns if name != "seller"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave out the seller for sellers, who have only one."""
        filters = super().get_list_filter(request)
        return filters if is_house(request) else [entry for entry in filters if entry != "seller"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OrderLine], search_term: str
    ) -> tuple[QuerySet[OrderLine], bool]:
        """Search through indexes."""
        if not search_term.strip():
            return queryset, False
        return line_search(queryset, search_term, user=request.user), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Lines are added on their order."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lines are changed on their order."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lines are removed on their order."""
        return False

    @admin.display(description="order", ordering="order_id")
    def order_link(self, line: OrderLine) -> SafeString:
        """Lead to the order."""
        url = reverse("admin:orders_order_change", args=[line.order_id])
        return format_html('<a href="{}">{}</a>', url, line.order.number)

    @admin.display(description="placed")
    def placed(self, line: OrderLine) -> SafeString:
        """Show how long ago the order was placed."""
        return age(line.order.placed_at)

    @admin.display(description="to ship")
    def to_ship_shown(self, line: OrderLine) -> int:
        """Show the pieces that have not left."""
        return line.to_ship

    @admin.display(description="price", ordering="unit_price")
    def price(self, line: OrderLine) -> str:
        """Show the price of one piece."""
        return money(line.unit_price, line.order.currency)

    @admin.display(description="net", ordering="net")
    def net_shown(self, line: OrderLine) -> str:
        """Show what the line comes to without tax."""
        return money(line.net, line.order.currency)

    @admin.display(description="order status")
    def state(self, line: OrderLine) -> SafeString:
        """Show where the order stands."""
        return badge(line.order.status, line.order.get_status_display())

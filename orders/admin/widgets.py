"""The field in which staff choose what is ordered, and what answers it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.scope.rules import visible
from orders.models import OrderLine
from products.models import Variant
from products.selectors.levels import variant_levels
from products.selectors.search import search_variants
from products.states import ProductStatus

SHOWN = 20


class VariantSelect(AutocompleteSelect):
    """Finds variants by SKU, barcode and name, and tells price and stock beside them."""

    def __init__(self, admin_site: Any, **kwargs: Any) -> None:
        super().__init__(OrderLine._meta.get_field("variant"), admin_site, **kwargs)

    def get_url(self) -> str:
        """Return the address that the field asks."""
        return reverse("admin:orders_order_variants")

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Name the chosen variant with its product."""
        self.choices.field.label_from_instance = variant_label
        return super().optgroups(name, value, attr)


def variants_offered(text: str) -> QuerySet[Variant]:
    """Return what is on sale and matches a text."""
    rows = Variant.objects.filter(is_active=True, product__status=ProductStatus.ACTIVE).select_related("product")
    return search_variants(rows, text).order_by("sku")[:SHOWN]


def variant_label(variant: Variant) -> str:
    """Name a variant as staff know it: SKU, product, option values."""
    return " · ".join(filter(None, (variant.sku, variant.product.name, variant.title)))


def without_detours(field: Any, *, may_add: bool = False) -> Any:
    """Take the buttons that lead to the page of a related row off a form field."""
    widget = getattr(field, "widget", None)
    if isinstance(widget, RelatedFieldWidgetWrapper):
        widget.can_add_related = widget.can_add_related and may_add
        widget.can_change_related = widget.can_delete_related = widget.can_view_related = False
    return field


class VariantSearchMixin(BackofficeModelAdmin):
    """Answers what the field for variants asks."""

    def get_urls(self) -> list[Any]:
        """Add the address that the field for variants asks."""
        view = self.admin_site.admin_view(self.variants_view)
        return [path("variants/", view, name="orders_order_variants"), *super().get_urls()]

    def variants_view(self, request: HttpRequest) -> HttpResponse:
        """Find what can be ordered, with price and what is free."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        rows = list(visible(variants_offered(request.GET.get("term", "")), request.user))
        levels = variant_levels([row.pk for row in rows])
        results = []
        for row in rows:
            free = levels[row.pk].available if row.pk in levels else 0
            results.append(
                {
                    "id": str(row.pk),
                    "text": f"{variant_label(row)} · {row.price} · {free} free",
                    "price": str(row.price),
                    "available": f"{free} free",
                }
            )
        return JsonResponse({"results": results, "pagination": {"more": False}})

"""Filters of the catalogue and the stock in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters as filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from products.models import Category, Product, Stock, Variant
from products.selectors.search import search_products, search_variants
from products.selectors.storefront import products_in_stock, storefront_categories
from products.states import ProductStatus


class CatalogueFilters(filters.FilterSet):
    """What shoppers look for."""

    search = filters.CharFilter(method="find", label="Words in name or brand; the beginning of a SKU.")
    category = filters.CharFilter(method="within", label="Slug of a category; those below it are included.")
    seller = filters.CharFilter(field_name="seller__code", label="Short name of a seller.")
    brand = filters.CharFilter(field_name="brand", lookup_expr="iexact", label="Brand, in full.")
    price_min = filters.NumberFilter(method="at_least", min_value=0, label="Some variant costs at least this.")
    price_max = filters.NumberFilter(method="at_most", min_value=0, label="Some variant costs at most this.")
    in_stock = filters.BooleanFilter(method="to_be_had", label="True: only what can be had now.")

    def find(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Search."""
        return search_products(rows, value)

    def within(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Keep a branch of the tree."""
        return _in_branch(rows, storefront_categories(), value)

    def at_least(self, rows: QuerySet[Product], name: str, value: Decimal) -> QuerySet[Product]:
        """Keep what costs so much or more."""
        return rows.filter(_has_variant(is_active=True, price__gte=value))

    def at_most(self, rows: QuerySet[Product], name: str, value: Decimal) -> QuerySet[Product]:
        """Keep what costs so much or less."""
        return rows.filter(_has_variant(is_active=True, price__lte=value))

    def to_be_had(self, rows: QuerySet[Product], name: str, value: bool) -> QuerySet[Product]:  # noqa: FBT001
        """Keep what can be had, or what cannot."""
        available = products_in_stock(rows)
        return available if value else rows.exclude(pk__in=available.order_by().values("pk"))


class ProductFilters(filters.FilterSet):
    """What staff and sellers look for among products; it works on the rows of their scope alone."""

    search = filters.CharFilter(method="find", label="Words in name or brand; the beginning of a SKU or barcode.")
    status = filters.MultipleChoiceFilter(choices=ProductStatus.choices)
    category = filters.CharFilter(method="within", label="Slug of a category; those below it are included.")
    seller = filters.CharFilter(field_name="seller__code", label="Short name of a seller.")
    brand = filters.CharFilter(field_name="brand", lookup_expr="iexact", label="Brand, in full.")
    sku = filters.CharFilter(method="with_sku", label="SKU of a variant, in full.")
    barcode = filters.CharFilter(method="with_barcode", label="Barcode of a variant, in full.")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    def find(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Search."""
        return search_products(rows, value)

    def within(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Keep a branch of the tree."""
        return _in_branch(rows, Category.objects.all(), value)

    def with_sku(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Keep the product with a SKU."""
        return rows.filter(_has_variant(sku=value))

    def with_barcode(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Keep products with a barcode."""
        return rows.filter(_has_variant(barcode=value))


class StockFilters(filters.FilterSet):
    """What staff and sellers look for in the stock."""

    search = filters.CharFilter(method="find", label="Words in name or title; the beginning of a SKU or barcode.")
    sku = filters.CharFilter(field_name="variant__sku", label="SKU, in full.")
    location = filters.CharFilter(field_name="location__code", label="Short name of a location.")
    low = filters.BooleanFilter(method="to_reorder", label="True: at or below the reorder point.")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    def find(self, rows: QuerySet[Stock], name: str, value: str) -> QuerySet[Stock]:
        """Search."""
        return rows.filter(variant__in=search_variants(Variant.objects.order_by(), value).values("pk"))

    def to_reorder(self, rows: QuerySet[Stock], name: str, value: bool) -> QuerySet[Stock]:  # noqa: FBT001
        """Keep what is to be reordered, or what is not."""
        low = Q(on_hand__lte=F("allocated") + F("reorder_point"))
        return rows.filter(low) if value else rows.exclude(low)


def _has_variant(**values: Any) -> Exists:
    return Exists(Variant.objects.filter(product=OuterRef("pk"), **values))


def _in_branch(rows: QuerySet[Product], categories: QuerySet[Category], slug: str) -> QuerySet[Product]:
    path = categories.filter(slug=slug).values_list("path", flat=True).first()
    return rows.none() if path is None else rows.filter(category__path__startswith=path)

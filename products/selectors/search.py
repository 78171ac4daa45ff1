"""Finding products, variants and stock by what people type."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from products.models import Product, Variant

M = TypeVar("M", bound=Model)


def search_products(queryset: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Keep the products in which every word is found.

    A word may stand anywhere in the name or the brand, or begin the handle, a SKU or a barcode: the
    numbers are looked up in their indexes, and the names of the rest are read once.
    """
    for word in text.split():
        queryset = queryset.filter(
            Q(name__icontains=word)
            | Q(brand__icontains=word)
            | Q(handle__istartswith=word)
            | Q(pk__in=_variants_numbered(word).values("product"))
        )
    return queryset


def search_variants(queryset: QuerySet[Variant], text: str) -> QuerySet[Variant]:
    """Keep the variants in which every word is found: in the title or the product's name, or beginning a number."""
    return _search_by_variant(queryset, text, "")


def search_stock(queryset: QuerySet[M], text: str, *, path: str = "variant") -> QuerySet[M]:
    """Keep the rows whose variant has every word.

    Args:
        queryset: rows that belong to a variant.
        text: what was typed.
        path: look-up from the rows to the variant.
    """
    return _search_by_variant(queryset, text, f"{path}__")


def _search_by_variant(queryset: QuerySet[Any], text: str, prefix: str) -> QuerySet[Any]:
    for word in text.split():
        queryset = queryset.filter(
            Q(**{f"{prefix}pk__in": _variants_numbered(word).values("pk")})
            | Q(**{f"{prefix}title__icontains": word})
            | Q(**{f"{prefix}product__in": Product.objects.filter(name__icontains=word).values("pk")})
        )
    return queryset


def _variants_numbered(word: str) -> QuerySet[Variant]:
    return Variant.objects.filter(Q(sku__istartswith=word) | Q(barcode__istartswith=word)).order_by()

"""Finding products, variants and stock by what people type."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Concat

from products.models import Product, Variant

M = TypeVar("M", bound=Model)


def search_products(queryset: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Keep the products in which every word is found.

    A word may stand anywhere in the name or the brand, or begin the handle, a SKU or a barcode,
    whatever its case. Numbers are looked up in indexes that the database keeps for it
    (``products_variant_by_sku_upper`` and its like on PostgreSQL); names are read through once.

    Args:
        queryset: rows to search.
        text: what was typed.
    """
    words = text.split()
    if words:
        queryset = queryset.alias(
            searched=Concat("name", Value(" "), "brand", output_field=CharField()),
        )
    for word in words:
        numbered = _variants_numbered(word).values("product").union(_products_handled(word).values("pk"))
        queryset = queryset.filter(Q(searched__icontains=word) | Q(pk__in=numbered))
    return queryset


def search_variants(queryset: QuerySet[Variant], text: str) -> QuerySet[Variant]:
    """Keep the variants in which every word is found: in the title, or in their product, or beginning a number."""
    for word in text.split():
        named = Product.objects.filter(name__icontains=word).order_by()
        queryset = queryset.filter(
            Q(pk__in=_variants_numbered(word).values("pk"))
            | Q(title__icontains=word)
            | Q(product__in=named.values("pk"))
        )
    return queryset


def search_by_variant(queryset: QuerySet[M], text: str, *, path: str) -> QuerySet[M]:
    """Keep the rows whose variant has every word.

    Args:
        queryset: rows that belong to a variant.
        text: what was typed.
        path: look-up from the rows to the variant.
    """
    if not text.split():
        return queryset
    return queryset.filter(**{f"{path}__in": search_variants(Variant.objects.order_by(), text).values("pk")})


def _variants_numbered(word: str) -> QuerySet[Variant]:
    return Variant.objects.filter(Q(sku__istartswith=word) | Q(barcode__istartswith=word)).order_by()


def _products_handled(word: str) -> QuerySet[Product]:
    return Product.objects.filter(handle__istartswith=word).order_by()
